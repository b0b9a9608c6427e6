#!/bin/sh
# Starts a separate Docker engine for the runners' suite, with its own data, socket and containerd.
#   .ci/docker/start.sh FOLDER      prints the address for TEST_DOCKER_HOST
#   .ci/docker/stop.sh FOLDER
# Needs root. The engine is Debian's docker.io, installed when there is none. Storage is overlay2, or
# vfs where FOLDER's file system cannot be its base. DOCKERD_OPTIONS adds options, for example
# --iptables=false on a kernel without NAT: containers then reach the host alone, nothing beyond it,
# and are no longer isolated from each other, so the suite's two network cases fail.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 FOLDER" >&2; exit 2; }
mkdir -p "$1"
folder=$(cd "$1" && pwd)
address=unix://$folder/docker.sock
pid_file=$folder/start.pid
log=$folder/dockerd.log

if [ -f "$pid_file" ] && kill -0 "$(cat "$pid_file")" 2>/dev/null; then
  echo "$address"
  exit 0
fi
# A socket's path may have 107 characters, and containerd's lies deeper.
[ ${#folder} -lt 70 ] || { echo "$folder is too long a path for sockets" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo 'only root can start a Docker engine' >&2; exit 1; }

if ! command -v dockerd >/dev/null; then
  apt-get -qq update >&2
  # Installed, not started: the services of this machine stay as they were.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    docker.io iptables >&2
fi

start() {
  rm -f "$folder/dockerd.pid" "$folder/docker.sock"
  # shellcheck disable=SC2086 # the options are several words on purpose
  nohup dockerd --host "$address" --data-root "$folder/data" --exec-root "$folder/exec" \
    --pidfile "$folder/dockerd.pid" --bridge none --storage-driver "$1" ${DOCKERD_OPTIONS-} \
    >"$log" 2>&1 </dev/null &
  echo $! >"$pid_file"
  waited=0
  until grep -q 'API listen on' "$log"; do
    waited=$((waited + 1))
    if [ $waited -gt 300 ] || ! kill -0 "$(cat "$pid_file")" 2>/dev/null; then return 1; fi
    sleep 0.1
  done
}

here=$(cd "$(dirname "$0")" && pwd)
if ! start overlay2; then
  "$here/stop.sh" "$folder"
  mv "$log" "$log.overlay2"
  if ! start vfs; then
    echo 'the Docker engine did not start, neither with overlay2 nor with vfs:' >&2
    tail -n 20 "$log" >&2
    "$here/stop.sh" "$folder"
    exit 1
  fi
fi
echo "$address"
