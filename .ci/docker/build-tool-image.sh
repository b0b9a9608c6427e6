#!/bin/sh
# Makes an image of one static program and nothing else, so that a tool that was built here runs as its
# published image would. Prints the image's id.
#   DOCKER_HOST=unix://FOLDER/docker.sock .ci/docker/build-tool-image.sh PROGRAM NAME VERSION
set -eu

[ $# -eq 3 ] || { echo "usage: $0 PROGRAM NAME VERSION" >&2; exit 2; }
if ldd "$1" >/dev/null 2>&1; then
  echo "$1 needs libraries that the image would not have" >&2
  exit 1
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/ssl/certs" "$root/proc" "$root/sys" "$root/dev" "$root/tmp"
cp "$1" "$root/tool"
chmod 755 "$root" "$root/tool"
[ ! -f /etc/ssl/certs/ca-certificates.crt ] ||
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
tar -C "$root" --owner 0 --group 0 -c . | docker import \
  --change 'ENTRYPOINT ["/tool"]' \
  --change "LABEL org.opencontainers.image.version=$3" - "$2"
