#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the steps of the action share. Inputs come by environment variables only; nothing of the repository or
# the event is evaluated, and every word of theirs that is printed passes `say`.

# A line of ours, with what could be a workflow command or steer a terminal made harmless.
say() {
  printf 'provost: %s\n' "$*" | LC_ALL=C tr -d '\000-\010\013-\037\177' | sed -e 's/##\[/#\\x23[/g'
}

# An annotation of our own words; $1 is error, warning or notice.
annotate() {
  local text=${2//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::%s title=provost::%s\n' "$1" "${text//'##['/#\\x23[}"
}

# Ends the step: something is wrong with the set-up, not with the repository.
stop() {
  annotate error "$1"
  exit 2
}

# Sets an output; only paths and numbers of our own making pass.
output() {
  [[ $2 != *$'\n'* ]] || stop "the output $1 holds a line break"
  printf '%s=%s\n' "$1" "$2" >> "$GITHUB_OUTPUT"
}

# Git without what a repository could have configured to run.
git_() {
  git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c protocol.file.allow="${PROVOST_FILE_PROTOCOL:-never}" \
    -c protocol.ext.allow=never "$@"
}

# One of the event's values, by path: `field pull_request.head.sha`. Empty when it is not there.
field() {
  [[ -n ${GITHUB_EVENT_PATH:-} && -f $GITHUB_EVENT_PATH ]] || return 0
  "$(python_)" - "$GITHUB_EVENT_PATH" "$1" <<'PY'
import json, sys
try:
    with open(sys.argv[1], encoding="utf-8") as file:
        value = json.load(file)
    for key in sys.argv[2].split("."):
        value = value[key]
except (OSError, ValueError, KeyError, TypeError, RecursionError):
    value = ""
if isinstance(value, bool):
    value = "true" if value else "false"
print(value if isinstance(value, (str, int)) else "")
PY
}

python_() {
  command -v python3 || command -v python || stop "python 3 is needed to read the event; use a runner of GitHub's"
}

is_id() { [[ $1 =~ ^[0-9a-f]{40}$ ]]; }
is_branch() { [[ $1 =~ ^[A-Za-z0-9._/@+#-]{1,250}$ && $1 != -* && $1 != *..* ]]; }
