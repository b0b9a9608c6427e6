#!/bin/sh
# A tool for the runners' suite; its first argument selects what it does. Runs natively and as the only
# program of the test image (.ci/docker/build-test-image.sh), where sh is busybox.
what=$1
out=$2
shift 2

case $what in
  exit) exit "$1" ;;
  print)
    printf 'one\ntwo \033[31mred\033[0m\007\nthree\n'
    printf 'an error\n' >&2
    ;;
  record)
    cat "/proc/$$/environ" >"$out/environ"
    printf '%s\0' "$@" >"$out/args"
    pwd >"$out/cwd"
    ls -A >"$out/cwd-holds"
    readlink "/proc/$$/fd/0" >"$out/stdin" || echo closed >"$out/stdin"
    ;;
  copy)
    cp -R "$1" "$out/copy" && ls -ln "$1" >"$out/listing"
    grep " $1" /proc/mounts >"$out/mounts" || true
    sleep "${2:-0}"
    ;;
  fail)
    printf '{"a": [1, 2' >"$out/report.json"
    mkdir "$out/deeper" && echo whole >"$out/deeper/file"
    ln -s /etc/passwd "$out/link"
    mkfifo "$out/pipe"
    printf 'it went wrong\n' >&2
    exit 7
    ;;
  findings)
    printf '[{"verdict": "fail"}]' >"$out/report.json"
    exit 3
    ;;
  half) printf '[{"verdict": "fail"}, {"verd' >"$out/report.json" ;;
  fill-up) head -c 8000000 /dev/zero >"$out/report.json" || exit 1 ;;
  network)
    cat /proc/net/route >"$out/routes"
    cat /etc/hosts >"$out/hosts"
    ls /sys/class/net >"$out/interfaces"
    ;;
  crash)
    printf '{"a": [1, 2' >"$out/report.json"
    kill -SEGV $$
    sleep 5
    ;;
  hang)
    echo hanging
    while :; do sleep 1; done
    ;;
  stubborn)
    # Every part ignores SIGTERM; one leaves the process group and its parent.
    trap '' TERM
    beat='trap "" TERM; while :; do echo . >>"$0"; sleep 0.1; done'
    sh -c "$beat" "$out/child" &
    (setsid sh -c "$beat" "$out/runaway" &)
    echo started
    while :; do sleep 0.2; done
    ;;
  leave-behind)
    (setsid sh -c 'while :; do echo . >>"$0"; sleep 0.1; done' "$out/runaway" &)
    sleep 0.3
    ;;
  flood) head -c "$1" /dev/zero | tr '\0' 'x' | fold -w 120 && echo the end ;;
  fill)
    i=0
    while :; do
      i=$((i + 1))
      head -c 1000000 /dev/zero >"$out/$i"
    done
    ;;
  disk-full)
    cat /proc/self/status >/dev/full
    exit 1
    ;;
  hog) awk 'BEGIN { s = "x"; while (length(s) < 1000000) s = s s
    while (1) { a[i++] = s i; if (i % 10 == 0) system("") } }' ;;
  forks)
    i=0
    while [ $i -lt 1500 ]; do
      sleep 20 &
      i=$((i + 1))
      echo $i >"$out/count"
    done
    sleep 20
    ;;
  hardening)
    id -u >"$out/uid"
    cp /proc/self/status "$out/status"
    cp /proc/mounts "$out/mounts"
    for place in / /bin /etc /scan /scan/input /usr; do
      (echo x >"$place/touched") 2>/dev/null && echo "$place" >>"$out/writable"
    done
    for place in /tmp /scan/work; do echo x >"$place/touched" || exit 1; done
    find / -xdev -name 'docker*.sock' >"$out/sockets" 2>/dev/null
    ls /run /var/run >>"$out/sockets" 2>/dev/null
    ls /sys/class/net >"$out/interfaces"
    ulimit -n >"$out/nofile"
    ulimit -c >"$out/core"
    cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max >"$out/memory" 2>/dev/null
    cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes >"$out/memory-and-swap" 2>/dev/null
    cat /sys/fs/cgroup/pids/pids.max /sys/fs/cgroup/pids.max >"$out/pids" 2>/dev/null
    cat "/proc/1/cmdline" | tr '\0' ' ' >"$out/init"
    ;;
  fetch)
    # Not wget, in which Debian's static busybox crashes.
    printf 'GET / HTTP/1.0\r\n\r\n' | nc -w 3 "${1%:*}" "${1#*:}" >"$out/answer"
    [ -s "$out/answer" ] || exit 1
    ;;
  serve)
    # busybox only: listens on a port, and then prints the address.
    mkdir /tmp/www && echo hello >/tmp/www/index.html
    httpd -p "$1" -h /tmp/www
    ip -4 addr show | awk '/inet / { print "address " $2 }'
    while :; do sleep 1; done
    ;;
  *)
    echo "unknown: $what" >&2
    exit 64
    ;;
esac
