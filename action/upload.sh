#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Decides whether the SARIF file may go to code scanning, and says why when not. On pull requests from forks and
# from Dependabot the token may only read, whatever the workflow asks for.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

no() {
  say "SARIF is not uploaded: $1; annotations and summary have the findings, the output sarif-file the file"
  output allowed false
  exit 0
}
[[ -n ${SARIF_FILE:-} && -s ${SARIF_FILE:-} ]] || no "there is no report"
case ${INPUT_UPLOAD:-auto} in
  never) no "the input upload is never" ;;
  always) ;;
  auto)
    case ${GITHUB_EVENT_NAME:-} in
      pull_request | pull_request_target | pull_request_review)
        head=$(field pull_request.head.repo.full_name)
        [[ $head == "${GITHUB_REPOSITORY:-}" ]] || no "the pull request comes from a fork, whose token may only read"
        ;;
      merge_group) no "code scanning takes no results for merge groups" ;;
    esac
    [[ ${GITHUB_ACTOR:-} != "dependabot[bot]" ]] || no "Dependabot's token may only read"
    [[ -n ${GH_TOKEN:-} ]] || no "there is no token"
    ;;
  *) stop "the input upload takes one of: auto always never" ;;
esac
output allowed true
