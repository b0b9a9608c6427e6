#!/usr/bin/env bash
# Builds the real Trivy from its Go module, and a small database of vulnerabilities for it.
#
#   install.sh DIR     makes DIR/trivy and DIR/databases
#
# Trivy's own database is an OCI artifact of a container registry; where none can be reached, ours
# (make-database/main.go) shows how packages are judged. Needs Go 1.26 or newer, about 5 GB of disk and,
# the first time, some ten minutes on two cores. Safe to call again.
set -euo pipefail

if [ "$#" -ne 1 ]; then
  echo "usage: $0 DIR" >&2
  exit 2
fi
mkdir -p "$1"
dir="$(cd "$1" && pwd)"
here="$(cd "$(dirname "$0")" && pwd)"

version="${TRIVY_VERSION:-0.74.0}"
module=github.com/aquasecurity/trivy

if [ "$("$dir/trivy" --version 2>/dev/null || true)" = "Version: $version" ]; then
  echo "$dir/trivy: $version (already there)"
else
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  # As a module that needs Trivy: "go install MODULE@VERSION" also asks for the list of its versions,
  # which a proxy may not have. Downloads are checked against Go's checksum database.
  printf 'module build\n\ngo 1.26\n\nrequire %s v%s\n' "$module" "$version" > "$work/go.mod"
  cp "$here/make-database/main.go" "$work/"
  cd "$work"
  export CGO_ENABLED=0 GOEXPERIMENT=jsonv2 GOFLAGS=-mod=mod
  go build -trimpath -ldflags "-s -w -X=$module/pkg/version/app.ver=$version" \
    -o "$work/trivy" "$module/cmd/trivy"
  go build -trimpath -o "$dir/make-database" .
  mv "$work/trivy" "$dir/trivy"
  cd "$dir"
  "$dir/trivy" --version
fi

rm -rf "$dir/databases"
"$dir/make-database" "$dir/databases"
