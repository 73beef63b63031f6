#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes sure that the clone holds both ends of the event and where they part. provost itself reads the event
# (--base event); this step only fetches what a shallow checkout left out, and says when there is nothing to judge.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

cd -- "${INPUT_PATH:-.}"
event=${GITHUB_EVENT_NAME:-}
base=${INPUT_BASE:-event}
branch='' from='' to=''
case $event in
  pull_request | pull_request_target | pull_request_review)
    branch=$(field pull_request.base.ref) from=$(field pull_request.base.sha) to=$(field pull_request.head.sha)
    ;;
  merge_group) from=$(field merge_group.base_sha) to=$(field merge_group.head_sha) ;;
  push)
    if [[ $(field deleted) == true ]]; then
      annotate notice "the branch was deleted: there is nothing to judge"
      output skip true
      exit 0
    fi
    from=$(field before) to=$(field after)
    [[ ! $from =~ ^0+$ ]] || from=
    branch=$(field repository.default_branch)
    ;;
esac
output skip false
[[ $base == event && -n $to ]] || exit 0
is_id "$to" || stop "the event names no commit that could be judged"
git_ rev-parse --git-dir > /dev/null 2>&1 || exit 0

# The token goes to the server of this clone only, and into no file.
token=()
if [[ -n ${GH_TOKEN:-} && -n ${GITHUB_SERVER_URL:-} ]]; then
  secret=$(printf 'x-access-token:%s' "$GH_TOKEN" | base64 | tr -d '\r\n')
  token=(GIT_CONFIG_COUNT=1 "GIT_CONFIG_KEY_0=http.$GITHUB_SERVER_URL/.extraheader" "GIT_CONFIG_VALUE_0=AUTHORIZATION: basic $secret")
fi
fetch() { env ${token[@]+"${token[@]}"} GIT_TERMINAL_PROMPT=0 git "${safe[@]}" fetch --quiet --no-tags --no-recurse-submodules "$@" 2> /dev/null; }
safe=(-c core.hooksPath=/dev/null -c core.fsmonitor=false -c "protocol.file.allow=${PROVOST_FILE_PROTOCOL:-never}" -c protocol.ext.allow=never)
has() { git_ cat-file -e "$1^{commit}" 2> /dev/null; }
shallow() { [[ $(git_ rev-parse --is-shallow-repository 2> /dev/null) == true ]]; }

wanted=()
has "$to" || wanted+=("$to")
[[ -z $from ]] || ! is_id "$from" || has "$from" || wanted+=("$from")
if ((${#wanted[@]})); then
  depth=()
  ! shallow || depth=(--depth=1)
  fetch ${depth[@]+"${depth[@]}"} origin "${wanted[@]}" || say "not every commit of the event could be fetched"
fi
if [[ -n $branch ]] && is_branch "$branch"; then
  depth=()
  ! shallow || depth=(--depth=1)
  fetch ${depth[@]+"${depth[@]}"} origin "+refs/heads/$branch:refs/remotes/origin/$branch" || say "the branch of the base could not be fetched"
fi
start=$from
[[ -n $branch ]] && has "refs/remotes/origin/$branch" && start=refs/remotes/origin/$branch
# Deepen until the two meet. Never --depth on a whole clone: that would cut it.
for step in 50 200 800 all; do
  shallow || break
  [[ -z $start ]] || ! git_ merge-base "$start" "$to" > /dev/null 2>&1 || break
  if [[ $step == all ]]; then fetch --unshallow origin || true; else fetch --deepen="$step" origin || break; fi
done
if [[ -n $start ]] && ! git_ merge-base "$start" "$to" > /dev/null 2>&1; then
  annotate warning "the clone does not hold where $to left its base; give actions/checkout fetch-depth: 0"
fi
exit 0
