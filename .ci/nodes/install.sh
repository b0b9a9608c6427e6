#!/bin/sh
# Installs the versions of Node that the product must run on, from packages of the npm registry.
#   .ci/nodes/install.sh FOLDER VERSION…     prints the path of each program in a line
set -eu

[ $# -ge 2 ] || { echo "usage: $0 FOLDER VERSION…" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
shift
package=node-$(node -p 'process.platform + "-" + process.arch')

cd "$folder"
[ -f package.json ] || echo '{"private":true}' >package.json
for version in "$@"; do
  program=$folder/node_modules/node-$version/bin/node
  [ -x "$program" ] ||
    npm install --ignore-scripts --no-audit --no-fund --loglevel=error "node-$version@npm:$package@$version" >&2
  echo "$program"
done
