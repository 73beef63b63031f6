#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ends the action as provost ended: 1 with findings, 2 when something broke or nothing was assessed.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

if [[ ${UPLOAD:-} == failure ]]; then
  annotate warning "the SARIF file was refused by code scanning; the workflow needs security-events: write, and code scanning must be enabled. The findings stand in annotations and summary"
fi
[[ ${SKIP:-} != true ]] || exit 0
code=${EXIT_CODE:-}
[[ $code =~ ^[0-9]+$ ]] || stop "provost did not run to its end, so nothing was assessed"
exit "$code"
