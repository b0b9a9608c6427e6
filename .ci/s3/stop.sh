#!/usr/bin/env bash
# Stops the server that start.sh started: .ci/s3/stop.sh FOLDER
set -euo pipefail

pid_file="$1/moto.pid"
[ ! -f "$pid_file" ] || kill "$(cat "$pid_file")" 2>/dev/null || true
rm -f "$pid_file"
