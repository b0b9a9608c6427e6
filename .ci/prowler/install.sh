#!/usr/bin/env bash
# Installs the real Prowler CLI and a mock AWS account (moto's server) under one folder.
#
#   install.sh DIR     makes DIR/prowler and DIR/moto, two Python virtual environments
#
# Two environments, because Prowler pins its boto3 exactly and moto wants a newer one.
# Safe to call again: an environment that already has the wanted versions is left alone.
# PYTHON picks the interpreter (Prowler needs 3.10, 3.11, 3.12 or 3.13).
set -euo pipefail

if [ "$#" -ne 1 ]; then
  echo "usage: $0 DIR" >&2
  exit 2
fi

dir="$1"
python="${PYTHON:-python3}"

# Exact versions: the fixtures were cut from this pair's output, and both change often.
prowler_version="${PROWLER_VERSION:-5.46.0}"
moto_version="${MOTO_VERSION:-5.2.5}"
boto3_version="${BOTO3_VERSION:-1.44.5}"
uv_version="${UV_VERSION:-0.13.9}"

# make NAME STAMP REQUIREMENT...
make_env() {
  local env="$dir/$1" stamp="$2"
  shift 2
  # The stamp is written last, so an install that was cut short is done again.
  if [ -f "$env/.installed" ] && [ "$(cat "$env/.installed")" = "$stamp" ]; then
    echo "$env: $stamp (already there)"
    return
  fi
  rm -rf "$env"
  "$python" -m venv "$env"
  "$dir/uv/bin/uv" pip install --quiet --python "$env/bin/python" --cache-dir "$dir/uv/cache" "$@"
  printf '%s\n' "$stamp" > "$env/.installed"
  echo "$env: $stamp"
}

mkdir -p "$dir"
# uv, because pip takes some fifteen minutes for Prowler's two hundred packages.
if ! "$dir/uv/bin/uv" --version > /dev/null 2>&1; then
  "$python" -m venv "$dir/uv"
  "$dir/uv/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
fi
make_env prowler "prowler $prowler_version" "prowler==$prowler_version"
make_env moto "moto $moto_version boto3 $boto3_version" \
  "moto[server]==$moto_version" "boto3==$boto3_version"
rm -rf "$dir/uv/cache"
