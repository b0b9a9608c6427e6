#!/bin/sh
# Packs this machine's Nmap, with its libraries and data, into an image from scratch: the real tool runs in
# a container without a registry. Prints the image's id.
#   DOCKER_HOST=unix://FOLDER/docker.sock .ci/docker/build-nmap-image.sh NAME
set -eu

[ $# -eq 1 ] || { echo "usage: $0 NAME" >&2; exit 2; }
nmap=$(command -v nmap) || { echo 'nmap is not installed' >&2; exit 1; }
version=$("$nmap" --version | sed -n 's/^Nmap version \([0-9.]*\).*/\1/p')
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

mkdir -p "$root/proc" "$root/sys" "$root/dev" "$root/etc" "$root/usr/bin"
cp -L "$nmap" "$root/usr/bin/nmap"
# Each library where its loader looks for it: at the path that it was found at.
ldd "$nmap" | grep -o '/[^ ]*' | sort -u | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
data=$(dirname "$(dirname "$nmap")")/share/nmap
mkdir -p "$root$data"
cp -RL "$data/." "$root$data/"
chmod 755 "$root"
tar -C "$root" --owner 0 --group 0 -c . | docker import \
  --change "ENTRYPOINT [\"/usr/bin/nmap\"]" \
  --change "LABEL org.opencontainers.image.version=$version" - "$1"
