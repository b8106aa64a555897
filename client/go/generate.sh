#!/usr/bin/env bash
# Makes gatewayv1/*.go and service_config.json anew, in place, from proto/ and client/service_config.json.
#
#   client/go/generate.sh
#
# Needs Go and python3 with venv. The tools, whose versions stand below, are installed once into
# $GENERATE_CACHE (by default suprsend-gateway-generate in the user's cache directory).
set -euo pipefail
cd "$(dirname "$0")"

grpcio_tools=1.85.1       # holds protoc
protoc_gen_go=v1.36.12
protoc_gen_go_grpc=v1.6.2
module=suprsend-gateway.internal/client/go
protos=(suprsend/gateway/v1/workflow_service.proto suprsend/gateway/v1/error_reason.proto)

cache=${GENERATE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/suprsend-gateway-generate}
tools=$cache/go-$grpcio_tools-$protoc_gen_go-$protoc_gen_go_grpc
if [[ ! -e $tools/complete ]]; then
  python3 -m venv --clear "$tools/venv"
  "$tools/venv/bin/pip" install --quiet --disable-pip-version-check "grpcio-tools==$grpcio_tools"
  export GOBIN=$tools/bin
  go install "google.golang.org/protobuf/cmd/protoc-gen-go@$protoc_gen_go"
  go install "google.golang.org/grpc/cmd/protoc-gen-go-grpc@$protoc_gen_go_grpc"
  touch "$tools/complete"
fi

# The protos name a package that is no Go module; M says where ours is.
options=("--go_opt=module=$module" "--go-grpc_opt=module=$module")
for proto in "${protos[@]}"; do
  options+=("--go_opt=M$proto=$module/gatewayv1" "--go-grpc_opt=M$proto=$module/gatewayv1")
done
rm -f gatewayv1/*.go
PATH=$tools/bin:$PATH "$tools/venv/bin/python" -m grpc_tools.protoc --proto_path=../../proto \
  --go_out=. --go-grpc_out=. "${options[@]}" "${protos[@]}"
cp ../service_config.json service_config.json
