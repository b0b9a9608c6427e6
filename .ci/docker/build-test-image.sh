#!/bin/sh
# Builds the image that the Docker runner's suite runs: Debian's static busybox and the suite's fake
# tool, from scratch, so that nothing is pulled. Prints the image's id.
#   DOCKER_HOST=unix://FOLDER/docker.sock .ci/docker/build-test-image.sh [NAME]
set -eu

name=${1:-offload-test-tool:1}
here=$(cd "$(dirname "$0")" && pwd)
tool=$here/../../server/scanners/runners/testing/fake-tool.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
busybox=$(command -v busybox || true)
if [ -z "$busybox" ] || ldd "$busybox" >/dev/null 2>&1; then
  (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download busybox-static >&2 &&
    dpkg-deb -x busybox-static_*.deb unpacked)
  busybox=$(find "$work/unpacked" -type f -path '*/bin/busybox' | head -n 1)
fi

root=$work/root
mkdir -p "$root/bin" "$root/etc" "$root/usr" "$root/proc" "$root/sys" "$root/dev"
cp "$busybox" "$root/bin/busybox"
for applet in $("$busybox" --list); do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
cp "$tool" "$root/bin/fake-tool"
chmod 755 "$root/bin/busybox" "$root/bin/fake-tool"
tar -C "$root" --owner 0 --group 0 -c . | docker import \
  --change 'ENTRYPOINT ["/bin/fake-tool"]' --change 'ENV PATH=/bin' \
  --change 'LABEL org.opencontainers.image.version=1.2.3' - "$name"
