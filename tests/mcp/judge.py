"""Compares the checks that failed in the results of official scenarios with the list of those that cannot pass here."""

import json
import pathlib
import re
import sys

results, listed_in = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
lines = (line.split("#")[0].split() for line in listed_in.read_text().splitlines())
listed = {tuple(words) for words in lines if words}
failed, passed = {}, {}
for file in sorted(results.glob("server-*/checks.json")):
    scenario = re.sub(r"-\d{4}-\d\d-\d\dT.*$", "", file.parent.name.removeprefix("server-"))
    for check in json.loads(file.read_text()):
        if check["status"] in ("FAILURE", "WARNING"):
            failed.setdefault((scenario, check["id"]), check.get("errorMessage"))
        passed[scenario] = passed.get(scenario, 0) + (check["status"] == "SUCCESS")
for scenario, count in passed.items():
    print(f"{scenario:<28} {count} checks passed, {sum(of == scenario for of, _ in failed)} not")
wrong = [f"failed: {' '.join(check)}: {message}" for check, message in failed.items() if check not in listed]
# A check that passes now must leave the list.
wrong += [f"listed as failing, and passed: {' '.join(check)}" for check in sorted(listed - failed.keys())]
sys.exit("\n".join(wrong) if wrong or not passed else 0)
