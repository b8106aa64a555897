#!/usr/bin/env bash
# Builds the gateway, starts it on loopback before a stand-in for SuprSend, triggers a workflow, cancels
# it through the gateway, and keeps both running until Ctrl-C.
# Usage: quickstart.sh [--once]     --once: end at once, with 0, instead of keeping them running
# Ports: 50051 (gateway), 9464 (its admin port), 8081 (stand-in); set GATEWAY_PORT, ADMIN_PORT or
# EMULATOR_PORT for others.
set -euo pipefail
cd "$(dirname "$0")/.."

once=false
for argument in "$@"; do
  case "$argument" in
    --once) once=true ;;
    --help | -h)
      sed -n '2,6s/^# \{0,1\}//p' "$0"
      exit 0
      ;;
    *)
      echo "quickstart.sh: '$argument' is no option; there are --once and --help" >&2
      exit 1
      ;;
  esac
done

gateway_port=${GATEWAY_PORT:-50051}
admin_port=${ADMIN_PORT:-9464}
emulator_port=${EMULATOR_PORT:-8081}

deploy/install_packages.sh build
cmake -S . -B build -G Ninja -DBUILD_TESTS=OFF >/dev/null
cmake --build build

work=$(mktemp -d)
pids=()
# shellcheck disable=SC2317  # The trap calls it.
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start NAME LINE COMMAND...: runs it in the background until its log holds LINE, or fails with its log.
start() {
  local name=$1 line=$2
  shift 2
  printf '\n$ %s &\n' "$*"
  "$@" 2>"$work/$name.log" &
  local pid=$!
  pids+=("$pid")
  for _ in $(seq 100); do
    if grep -q "$line" "$work/$name.log"; then
      grep "$line" "$work/$name.log"
      return
    fi
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  echo "$name did not start:" >&2
  cat "$work/$name.log" >&2
  exit 1
}

# show COMMAND: prints it so that it can be typed, then runs it.
show() {
  printf '\n$ %s\n' "$1"
  eval "$1"
}

key_file=build/quickstart.key
echo emulator-key >"$key_file"
start emulator 'listening on' \
  build/bin/suprsend-emulator --listen="127.0.0.1:$emulator_port" --api_key=emulator-key
start gateway 'serving on' \
  build/bin/suprsend-gateway --listen="127.0.0.1:$gateway_port" \
  --admin_listen="127.0.0.1:$admin_port" --upstream_url="http://127.0.0.1:$emulator_port" \
  --api_key_file="$key_file"

printf '\n# Trigger a workflow for two recipients, as an application would:'
show "curl -sS -H 'Authorization: Bearer emulator-key' -H 'Content-Type: application/json' \\
    -d '{\"workflow\":\"order-confirmation\",\"recipients\":[\"ann\",\"bob\"],\"data\":{}}' \\
    http://127.0.0.1:$emulator_port/trigger/"
printf '\n\n# Cancel it through the gateway; these are the runs that were cancelled:'
cancel="build/bin/gatewayctl cancel --address=127.0.0.1:$gateway_port --recipient=ann --recipient=bob --workflow_slug=order-confirmation"
show "$cancel"
printf '\n# The same again: nothing is left to cancel.'
show "$cancel"
printf '\n# Is it well?'
show "build/bin/gatewayctl health --admin_address=127.0.0.1:$admin_port"

if $once; then exit 0; fi
printf '\nBoth keep running; the gateway'"'"'s log follows. Ctrl-C ends them.\n'
tail -n +1 -f "$work/gateway.log" &
pids+=($!)
wait -n "${pids[@]}" || true
echo 'One of them has ended.' >&2
exit 1
