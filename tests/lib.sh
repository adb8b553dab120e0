# Functions that scripts of checks have in common; to be sourced. `$work` is the folder of the script.

# Ends the check, after the output of the last command.
fail() { cat "$work/log" 2>/dev/null || true; echo "FAILED: $*" >&2; exit 1; }

# Runs a command whose output matters only if it fails.
quietly() { "$@" >"$work/log" 2>&1 || fail "$*"; }
