#!/bin/sh
# Starts Debian's Redis for the suite of the queue, on a free loopback port, with its files below FOLDER
# and an append-only file, so that the suite may restart it.
#   .ci/redis/start.sh FOLDER [PORT]     prints the URL for TEST_REDIS_URL
#   .ci/redis/stop.sh FOLDER
# Where no redis-server is installed, Debian's packages are unpacked below FOLDER; nothing is installed.
set -eu

[ $# -ge 1 ] || { echo "usage: $0 FOLDER [PORT]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
pid_file=$folder/redis.pid
log=$folder/redis.log

if [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; then
  cat "$folder/redis.url"
  exit 0
fi

libraries=
server=$(command -v redis-server || true)
if [ -z "$server" ]; then
  server=$folder/debian/usr/bin/redis-server
  if [ ! -x "$server" ]; then
    mkdir -p "$folder/debs"
    (cd "$folder/debs" && apt-get -qq -o APT::Sandbox::User=root download \
      redis-server redis-tools libatomic1 libjemalloc2 liblzf1 >&2)
    for deb in "$folder"/debs/*.deb; do dpkg-deb -x "$deb" "$folder/debian"; done
  fi
  libraries=$(dirname "$(find "$folder/debian" -name 'libjemalloc.so.2' | head -n 1)")
fi

free_port() {
  # Below the ports that clients get: one that calls a stopped server again and again could get its port.
  node -e 'const n = require("node:net"); const p = () => { const port = 20000 + Math.floor(Math.random() * 12000); const s = n.createServer(); s.once("error", p); s.listen(port, "127.0.0.1", () => s.close(() => console.log(port))); }; p();'
}
# A restart keeps its port, so that its clients find it again.
port=${2:-$(cat "$folder/redis.port" 2>/dev/null || free_port)}

mkdir -p "$folder/data"
: >"$log"
LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} nohup "$server" \
  --bind 127.0.0.1 --port "$port" --dir "$folder/data" --save '' \
  --appendonly yes --appendfsync everysec --maxmemory-policy noeviction \
  >"$log" 2>&1 </dev/null &
echo $! >"$pid_file"
echo "$port" >"$folder/redis.port"

waited=0
until grep -q 'Ready to accept connections' "$log"; do
  waited=$((waited + 1))
  if [ $waited -gt 600 ] || ! kill -0 "$(cat "$pid_file")" 2>/dev/null; then
    echo 'Redis did not start:' >&2
    tail -n 20 "$log" >&2
    "$here/stop.sh" "$folder"
    exit 1
  fi
  sleep 0.1
done
echo "redis://127.0.0.1:$port" | tee "$folder/redis.url"
