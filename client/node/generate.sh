#!/bin/sh
# Usage: client/node/generate.sh
# Makes src/generated and src/service_config.json anew from ../../proto and ../service_config.json. The tools
# are pinned and kept in $GENERATE_CACHE, so that everyone's output is the same.
set -eu
cd "$(dirname "$0")"
cache=${GENERATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/suprsend-gateway-generate}/node
venv=$cache/venv

mkdir -p "$cache"
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
# Google's own package of google/rpc/*.proto is on PyPI; what npm has of it is 80 MB.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
  grpcio-tools==1.85.1 googleapis-common-protos==1.76.0
cp codegen/package.json codegen/package-lock.json "$cache"
npm ci --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error
site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# Google's protos come first: ours has a shorter google/rpc/error_details.proto, for the gateway's reflection.
rm -rf src/generated
mkdir src/generated
"$venv/bin/python" -m grpc_tools.protoc \
  --plugin="$cache/node_modules/.bin/protoc-gen-es" --es_out=src/generated --es_opt=target=ts \
  -I "$site" -I ../../proto -I "$site/grpc_tools/_proto" \
  suprsend/gateway/v1/workflow_service.proto suprsend/gateway/v1/error_reason.proto \
  google/rpc/status.proto google/rpc/error_details.proto
cp ../service_config.json src/service_config.json
