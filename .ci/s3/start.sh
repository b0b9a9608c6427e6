#!/usr/bin/env bash
# Starts moto's server, an S3 store for tests, from the environment that .ci/prowler/install.sh makes.
#   .ci/s3/start.sh FOLDER MOTO_ENVIRONMENT [PORT]     prints the address for TEST_S3_ENDPOINT
#   .ci/s3/stop.sh FOLDER
set -euo pipefail

[ "$#" -ge 2 ] || { echo "usage: $0 FOLDER MOTO_ENVIRONMENT [PORT]" >&2; exit 2; }
mkdir -p "$1"
folder="$(cd "$1" && pwd)"
moto="$2"
port="${3:-$(node -e 'const s = require("node:net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')}"
address="http://127.0.0.1:$port"

if [ -f "$folder/moto.pid" ] && kill -0 "$(cat "$folder/moto.pid")" 2>/dev/null; then
  cat "$folder/moto.address"
  exit 0
fi
nohup "$moto/bin/moto_server" -H 127.0.0.1 -p "$port" > "$folder/moto.log" 2>&1 < /dev/null &
echo $! > "$folder/moto.pid"
for _ in $(seq 300); do
  if node -e 'fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))' "$address" 2>/dev/null; then
    echo "$address" | tee "$folder/moto.address"
    exit 0
  fi
  kill -0 "$(cat "$folder/moto.pid")" 2>/dev/null || break
  sleep 0.1
done
echo 'the S3 server did not start:' >&2
tail -n 20 "$folder/moto.log" >&2
exit 1
