#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test.
# Usage: run.sh [CMAKE_OPTION...]     e.g. run.sh -DSANITIZE=address
# BUILD_DIR (default build-tests) is where. The last line counts the passed and the failed; the exit
# code is 0 where all passed. A test that skips counts as failed.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/install_packages.sh test
build=${BUILD_DIR:-build-tests}
cmake -S . -B "$build" -G Ninja -DBUILD_TESTS=ON -DWARNINGS_AS_ERRORS=ON "$@" >/dev/null
cmake --build "$build"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp history_size=4 ${TSAN_OPTIONS:-}"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp print_suppressions=0 ${LSAN_OPTIONS:-}"
status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error -j "$(nproc)" |
  tee "$log" | grep -vE '^ *([0-9]+/[0-9]+ Test .* Passed|Start +[0-9]+:)' || status=1

failed=$(sed -nE 's/.*, ([0-9]+) tests? failed out of .*/\1/p' "$log")
total=$(sed -nE 's/.*tests? failed out of ([0-9]+).*/\1/p' "$log")
skipped=$(grep -cE 'Test +#.*\*\*\*(Skipped|Not Run)' "$log" || true)
failed=$((${failed:-1} + skipped))
total=$((${total:-failed}))
[ "$failed" -eq 0 ] || status=1
echo "$((total - failed)) passed, $failed failed"
exit "$status"
