#!/usr/bin/env bash
# Measures what a call costs: the gateway beside its floor (a gRPC echo on the same library, a bare curl
# loop) and beside a gateway written by hand in Go, all in one run. Five minutes after the build.
# Usage: run.sh [--rounds=N] [--quick]     --quick: few calls, to see whether it works; no figures
# Installs what it needs with apt; without Go the Go gateway is left out, and a line says so. Wants a
# machine that does nothing else, and ports from 21000 on. Writes results.json, results.md and
# results.svg to BUILD_DIR (default build-benchmark); the README's are in tests/benchmark/results.
set -euo pipefail
cd "$(dirname "$0")/../.."

case "${1:-}" in
  --help | -h)
    sed -n '2,7s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac

deploy/install_packages.sh benchmark
build=${BUILD_DIR:-build-benchmark}
cmake -S . -B "$build" -G Ninja -DBUILD_TESTS=ON -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target suprsend-gateway echo_server curl_loop

peer=()
if ! command -v go >/dev/null; then
  echo 'SKIPPED: the Go gateway, since there is no go on this machine' >&2
elif ! tests/benchmark/peers/go/build.sh "$build/bin/go-gateway"; then
  echo 'SKIPPED: the Go gateway, since it does not build here' >&2
else
  peer=("--go=$build/bin/go-gateway")
fi

# Debian's own Python, for which its packages are.
status=0
/usr/bin/python3 tests/benchmark/benchmark.py "$build" "$build/results.json" "${peer[@]}" "$@" || status=$?
/usr/bin/python3 tests/benchmark/report.py "$build/results.json" "$build"
exit "$status"
