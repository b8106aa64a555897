#!/usr/bin/env bash
# Installs, with apt, what the project needs and is not there yet.
# Usage: install_packages.sh build|test|check|deploy|clients|benchmark
#   build  what the binaries are built from and with
#   test   that, and what the tests need
#   check  that, and the tools of the other lanes of .ci/run
#   deploy what the tests need, and what images, manifests and rules are tried with (Go too, unless it is there)
#   clients    what the tests need, and Go, Java, Node.js and Python with what builds packages, where they are missing
#   benchmark  what the tests need, and what tests/benchmark/run.sh loads and draws with
# For Debian 12 and 13 and Ubuntu 24.04. Asks nothing; without root it uses sudo.
set -euo pipefail

build=(g++ cmake ninja-build pkg-config ca-certificates curl
  libgrpc++-dev protobuf-compiler protobuf-compiler-grpc libprotobuf-dev libcurl4-openssl-dev
  rapidjson-dev libabsl-dev prometheus-cpp-dev libcpp-httplib-dev libssl-dev libjemalloc-dev)
tests=(libgtest-dev libgmock-dev libnghttp2-dev nginx-light openssl python3 python3-venv)
check=(ccache clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev shellcheck valgrind)
deploy=(buildah podman catatonit runc mmdebstrap prometheus chromium)
command -v go >/dev/null || deploy+=(golang-go)
clients=()
command -v go >/dev/null || clients+=(golang-go)
command -v javac >/dev/null || clients+=(default-jdk-headless)
command -v mvn >/dev/null || clients+=(maven)
command -v npm >/dev/null || clients+=(nodejs npm)
benchmark=(libnginx-mod-http-echo nghttp2-client python3-grpcio python3-matplotlib)

case "${1:-}" in
  build) packages=("${build[@]}") ;;
  test) packages=("${build[@]}" "${tests[@]}") ;;
  check) packages=("${build[@]}" "${tests[@]}" "${check[@]}") ;;
  deploy) packages=("${build[@]}" "${tests[@]}" "${deploy[@]}") ;;
  clients) packages=("${build[@]}" "${tests[@]}" "${clients[@]}") ;;
  benchmark) packages=("${build[@]}" "${tests[@]}" "${benchmark[@]}") ;;
  *)
    sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
    exit 1
    ;;
esac

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q ' installed$' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
echo "Installing with apt: ${missing[*]}"
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"; }
# A mirror may fail once; without Error-Mode apt-get counts a list that did not come as a warning. At last
# what is there has to do: the list may be one that has nothing of this.
for pause in 5 15 0; do
  if { apt -o APT::Update::Error-Mode=any update || [ "$pause" -eq 0 ]; } &&
    apt install -y --no-install-recommends "${missing[@]}" >/dev/null; then
    exit 0
  fi
  sleep "$pause"
done
echo "apt could not install: ${missing[*]}" >&2
exit 1
