"""Unit tests, which need no host: componentize-py writes the types of the interface in Python, which they import."""

import shutil
import subprocess
import sys
from pathlib import Path

project = Path(__file__).parent.parent
bindings = project / "build" / "bindings"
shutil.rmtree(bindings, ignore_errors=True)
bindings.parent.mkdir(exist_ok=True)
tool = Path(sys.executable).with_name("componentize-py")
subprocess.run([tool, "-d", project / "wit", "-w", "plugin", "bindings", bindings], check=True)
sys.path.insert(0, str(bindings))
