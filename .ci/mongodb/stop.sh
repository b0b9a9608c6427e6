#!/bin/sh
# Stops the engine that start.sh started with this folder, by its process id.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
pid_file=$1/engine.pid
[ -f "$pid_file" ] || exit 0
pid=$(cat "$pid_file")
rm -f "$pid_file" "$1/engine.uri"
kill "$pid" 2>/dev/null || exit 0
waited=0
while kill -0 "$pid" 2>/dev/null; do
  waited=$((waited + 1))
  [ $waited -le 100 ] || { kill -9 "$pid" 2>/dev/null || true; break; }
  sleep 0.1
done
