#!/usr/bin/env bash
# Installs Schemathesis, which generates requests from an OpenAPI document, in a Python virtual environment.
#
#   install.sh DIR     makes DIR/bin/schemathesis
#
# Safe to call again: an environment that already has the wanted version is left alone.
# PYTHON picks the interpreter (3.10 or newer).
set -euo pipefail

if [ "$#" -ne 1 ]; then
  echo "usage: $0 DIR" >&2
  exit 2
fi

dir="$1"
# An exact version: another one generates other requests, and knows other checks.
version="${SCHEMATHESIS_VERSION:-4.32.5}"

# The stamp is written last, so an install that was cut short is done again.
if [ -f "$dir/.installed" ] && [ "$(cat "$dir/.installed")" = "$version" ]; then
  echo "$dir: schemathesis $version (already there)"
  exit
fi
rm -rf "$dir"
"${PYTHON:-python3}" -m venv "$dir"
"$dir/bin/python" -m pip install --quiet --disable-pip-version-check "schemathesis==$version"
printf '%s\n' "$version" > "$dir/.installed"
echo "$dir: schemathesis $version"
