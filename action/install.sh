#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the provost binary under the runner's temporary folder. A release binary is used only if its hash stands
# in the table that is committed beside this script; `version: source` builds what is committed here instead.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=action/lib.sh
. "$here/lib.sh"

repository=${PROVOST_RELEASES:-provost-dev/provost}
version=${INPUT_VERSION:-}
table=$here/checksums.txt

case $(uname -s) in
  Linux) system=unknown-linux-musl ;;
  Darwin) system=apple-darwin ;;
  MINGW* | MSYS* | CYGWIN*) system=pc-windows-msvc ;;
  *) stop "there is no binary for $(uname -s); use version: source" ;;
esac
case $(uname -m) in
  x86_64 | amd64) machine=x86_64 ;;
  arm64 | aarch64) machine=aarch64 ;;
  *) stop "there is no binary for $(uname -m); use version: source" ;;
esac
suffix=
[[ $system != *windows* ]] || { suffix=.exe; machine=x86_64; }

if [[ $version == source ]]; then
  command -v cargo > /dev/null || stop "version: source needs Rust; install it in a step before (rustup toolchain install stable)"
  root=$RUNNER_TEMP/provost-source
  say "building the revision that the action is at; this takes some minutes"
  cargo install --quiet --locked --path "$here/.." --root "$root" --target-dir "$RUNNER_TEMP/provost-target"
  output binary "$root/bin/provost$suffix"
  "$root/bin/provost$suffix" --version
  exit 0
fi

released=$(sed -n 's/^# version: //p' "$table")
[[ -n $version ]] || version=$released
[[ -n $version ]] || stop "this revision of the action has no release yet, so there is no binary whose hash is known; use version: source, or a released tag of the action"
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || stop "the input version is neither X.Y.Z nor source"
[[ $version == "$released" ]] || stop "this revision of the action knows the hashes of release ${released:-none} only; use the tag v$version of the action, or version: source"

file=provost-$version-$machine-$system$suffix
hash=$(awk -v file="$file" '$2 == file { print $1 }' "$table")
[[ $hash =~ ^[0-9a-f]{64}$ ]] || stop "the table of hashes does not name $file; use version: source"

cache=${RUNNER_TOOL_CACHE:-$RUNNER_TEMP}/provost/$version/$machine-$system
binary=$cache/provost$suffix
sum() { if command -v sha256sum > /dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1 | tr -d '\134'; }
if [[ ! -f $binary || $(sum "$binary") != "$hash" ]]; then
  mkdir -p "$cache"
  part=$(mktemp "$cache/part.XXXXXX")
  trap 'rm -f "$part"' EXIT
  url=${PROVOST_DOWNLOADS:-https://github.com/$repository/releases/download}/v$version/$file
  curl --fail --silent --show-error --location --proto "${PROVOST_PROTOCOLS:-=https}" --retry 3 --max-time 300 \
    --output "$part" -- "$url" || stop "$file cannot be downloaded from the release v$version; try again, or use version: source"
  [[ $(sum "$part") == "$hash" ]] || stop "$file is not what was released: its hash differs from the one committed with the action; do not use it, and report this"
  chmod 755 "$part"
  mv -f "$part" "$binary"
  say "$file has the hash that is committed with the action"
fi
# Who built it is a second, independent question; where it cannot be asked, the hash stands.
if [[ -n ${GH_TOKEN:-} ]] && command -v gh > /dev/null && gh attestation --help > /dev/null 2>&1; then
  if gh attestation verify "$binary" --repo "$repository" --signer-workflow "$repository/.github/workflows/release.yml" > /dev/null 2>&1; then
    say "its build provenance is attested"
  else
    annotate warning "the build provenance of $file could not be verified here; its hash is the committed one"
  fi
else
  say "build provenance was not asked for: no token, or no gh with attestations"
fi
output binary "$binary"
"$binary" --version
