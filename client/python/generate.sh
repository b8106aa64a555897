#!/usr/bin/env bash
# Makes src/suprsend_gateway/_generated anew from ../../proto, and the package's copy of
# ../service_config.json.
#
# Usage: client/python/generate.sh
#   GENERATE_CACHE   where the pinned generator is installed, by the first run
#                    (default: $XDG_CACHE_HOME/suprsend-gateway-generate, or the same in ~/.cache)
set -eu

# Not the newest on purpose: its code runs with protobuf 6.31.1 to 7, so that the package fits beside others
# that are not on the newest protobuf. protobuf refuses code that is newer than itself.
tools=grpcio-tools==1.80.1
# Pinned too, or the newest that the tools take would come.
needs=(grpcio==1.80.1 protobuf==6.33.5 setuptools==80.9.0 typing-extensions==4.15.0)

cd "$(dirname "$0")"
cache=${GENERATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/suprsend-gateway-generate}
venv=$cache/python-$tools
if [ ! -e "$venv/complete" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "$tools" "${needs[@]}"
  touch "$venv/complete"
fi

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
"$venv/bin/python" -m grpc_tools.protoc -I ../../proto --python_out="$made" --pyi_out="$made" \
  suprsend/gateway/v1/workflow_service.proto suprsend/gateway/v1/error_reason.proto

# protoc names modules by the path of the proto: `suprsend`, which is the package of SuprSend's own SDK. And
# each file gets a pool of descriptors of its own: in the default pool an older or newer copy of the same
# proto, made by the caller, would make the import fail.
package=src/suprsend_gateway/_generated
rm -f "$package"/*_pb2.py "$package"/*_pb2.pyi
for file in "$made"/suprsend/gateway/v1/*_pb2.py "$made"/suprsend/gateway/v1/*_pb2.pyi; do
  sed -e 's/^from suprsend\.gateway\.v1 import /from suprsend_gateway._generated import /' \
      -e "s/'suprsend\.gateway\.v1\.\([a-z_]*_pb2\)'/'suprsend_gateway._generated.\1'/" \
      -e 's/_descriptor_pool\.Default()/_descriptor_pool.DescriptorPool()/' \
      "$file" > "$package/${file##*/}"
done
if grep -nE '^(from|import) suprsend\.' "$package"/*.py "$package"/*.pyi; then
  echo "generate.sh: the imports above are not of this package" >&2
  exit 1
fi
cp ../service_config.json src/suprsend_gateway/service_config.json
