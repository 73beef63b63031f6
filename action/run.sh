#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs provost once, writes every report, the job summary and the outputs. It fails nothing: the last step does,
# so that the steps between can use what is written here.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

one_of() { # NAME VALUE ALLOWED...
  local name=$1 value=$2 allowed
  shift 2
  for allowed in "$@"; do [[ $value != "$allowed" ]] || return 0; done
  stop "the input $name takes one of: $*"
}

out=$RUNNER_TEMP/provost
mkdir -p "$out"
arguments=(check --fail-on "${INPUT_FAIL_ON:-error}" --format human)
one_of fail-on "${INPUT_FAIL_ON:-error}" error warning note open never
one_of offline "${INPUT_OFFLINE:-true}" true false
one_of annotations "${INPUT_ANNOTATIONS:-true}" true false
one_of summary "${INPUT_SUMMARY:-true}" true false
[[ ${INPUT_OFFLINE:-true} != true ]] || arguments+=(--offline)
# One profile a line or between blanks, without globbing.
read -r -d '' -a profiles <<< "${INPUT_PROFILE:-}" || true
for profile in ${profiles[@]+"${profiles[@]}"}; do
  [[ $profile =~ ^[a-z0-9][a-z0-9/-]*$ ]] || stop "the input profile holds what is no profile; see provost list profiles"
  arguments+=(--profile "$profile")
done
case ${INPUT_BASE:-event} in
  none) ;;
  event)
    # A release or a schedule has no base: provost then judges everything, and says so.
    [[ -z ${GITHUB_EVENT_NAME:-} ]] || arguments+=(--base event)
    ;;
  *) arguments+=("--base=$INPUT_BASE") ;;
esac
[[ -z ${INPUT_COMMITS:-} ]] || arguments+=("--commits=$INPUT_COMMITS")
[[ -z ${INPUT_CONFIG:-} ]] || arguments+=("--config=$INPUT_CONFIG")
for format in sarif json markdown github; do
  file=$out/provost.$format
  rm -f "$file"
  arguments+=(--report "$format=$file")
done

status=0
"$PROVOST" "${arguments[@]}" -- "${INPUT_PATH:-.}" > "$out/log.txt" 2> "$out/errors.txt" || status=$?
# provost escapes what it prints; between these two lines the runner takes nothing for a command anyway.
seal=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
echo "::stop-commands::$seal"
cat "$out/log.txt" "$out/errors.txt"
echo "::$seal::"
if [[ ${INPUT_ANNOTATIONS:-true} == true && -s $out/provost.github ]]; then cat "$out/provost.github"; fi

if [[ ! -s $out/provost.json ]]; then
  # No report: nothing was assessed, and that is never green.
  [[ $status -ne 0 ]] || status=2
  reason=$(head -n 1 "$out/errors.txt" | cut -c 1-400)
  annotate error "nothing was assessed: ${reason#provost: }"
  if [[ ${INPUT_SUMMARY:-true} == true ]]; then
    printf '# Compliance report\n\nNothing was assessed; the log of the job says why.\n' >> "$GITHUB_STEP_SUMMARY"
  fi
else
  for level in errors warnings open; do
    output "$level" "$("$(python_)" -c 'import json,sys; print(int(json.load(open(sys.argv[1],encoding="utf-8"))["summary"][sys.argv[2]]))' "$out/provost.json" "${level%s}" | tr -d '\r')"
  done
  output sarif-file "$out/provost.sarif"
  output json-file "$out/provost.json"
  output markdown-file "$out/provost.markdown"
  if [[ ${INPUT_SUMMARY:-true} == true ]]; then
    # GitHub drops a summary of more than 1 MiB whole; provost keeps Markdown far below that.
    size=$(wc -c < "$out/provost.markdown" | tr -d ' ')
    if ((size < 900 * 1024)); then
      cat "$out/provost.markdown" >> "$GITHUB_STEP_SUMMARY"
    else
      printf '# Compliance report\n\nThe report is too large for a summary; the log and the JSON report have all.\n' >> "$GITHUB_STEP_SUMMARY"
    fi
  fi
fi
output exit-code "$status"
output version "$("$PROVOST" --version | tr -d '\r' | cut -d ' ' -f 2)"
