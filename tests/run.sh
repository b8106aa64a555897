#!/usr/bin/env bash
# Installs what is missing, builds with warnings as errors, and runs every test of the service.
# Usage: run.sh [CMAKE_OPTION...]     e.g. run.sh -DSANITIZE=address
#        run.sh deploy                the tests of images, manifests, rules and the status page instead
#        run.sh clients               the clients of all languages against the gateway instead
# BUILD_DIR (default build-tests) is where. The last line counts the passed and the failed; the exit
# code is 0 where all passed. A test that skips counts as failed.
set -euo pipefail
cd "$(dirname "$0")/.."

build=${BUILD_DIR:-build-tests}
if [ "${1:-}" = deploy ]; then
  shift
  deploy/install_packages.sh deploy
  targets=(--target suprsend-gateway suprsend-emulator gatewayctl)
  # One after another: they load the machine, and share an engine.
  which=(-L '^deploy$' -j 1)
elif [ "${1:-}" = clients ]; then
  shift
  deploy/install_packages.sh clients
  targets=(--target suprsend-gateway suprsend-emulator gatewayctl cpp_client_testee)
  which=(-L '^clients$' -j "$(nproc)")
else
  deploy/install_packages.sh test
  targets=()
  which=(-LE '^(deploy|clients)$' -j "$(nproc)")
fi
cmake -S . -B "$build" -G Ninja -DBUILD_TESTS=ON -DWARNINGS_AS_ERRORS=ON "$@" >/dev/null
cmake --build "$build" "${targets[@]}"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp history_size=4 ${TSAN_OPTIONS:-}"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp print_suppressions=0 ${LSAN_OPTIONS:-}"
status=0
ctest --test-dir "$build" --output-on-failure --no-tests=error "${which[@]}" |
  tee "$log" | grep -vE '^ *([0-9]+/[0-9]+ Test .* Passed|Start +[0-9]+:)' || status=1

failed=$(sed -nE 's/.*, ([0-9]+) tests? failed out of .*/\1/p' "$log")
total=$(sed -nE 's/.*tests? failed out of ([0-9]+).*/\1/p' "$log")
skipped=$(grep -cE 'Test +#.*\*\*\*(Skipped|Not Run)' "$log" || true)
failed=$((${failed:-1} + skipped))
total=$((${total:-failed}))
[ "$failed" -eq 0 ] || status=1
echo "$((total - failed)) passed, $failed failed"
exit "$status"
