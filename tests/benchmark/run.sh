#!/usr/bin/env bash
# Measures what a call costs: the gateway beside its floor (a gRPC echo on the same library, a bare curl
# loop) and beside a gateway written by hand in Go, all in one run. Some 15 minutes.
# Usage: run.sh [--rounds=N] [--quick]     --quick: one short round, to see whether it works
# Installs what it needs with apt; without Go the Go gateway is left out, and a line says so.
# Writes results.json, results.md and results.svg to BUILD_DIR (default build-benchmark). The README's
# are in tests/benchmark/results.
set -euo pipefail
cd "$(dirname "$0")/../.."

deploy/install_packages.sh benchmark
build=${BUILD_DIR:-build-benchmark}
cmake -S . -B "$build" -G Ninja -DBUILD_TESTS=ON -DCMAKE_BUILD_TYPE=Release >/dev/null
cmake --build "$build" --target suprsend-gateway echo_server curl_loop

peer=()
if command -v go >/dev/null; then
  tests/benchmark/peers/go/build.sh "$build/bin/go-gateway"
  peer=("--go=$build/bin/go-gateway")
else
  echo 'SKIPPED: the Go gateway, since there is no go on this machine' >&2
fi

# Debian's own Python, for which its packages are.
/usr/bin/python3 tests/benchmark/benchmark.py "$build" "$build/results.json" "${peer[@]}" "$@"
/usr/bin/python3 tests/benchmark/report.py "$build/results.json" "$build"
