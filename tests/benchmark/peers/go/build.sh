#!/usr/bin/env bash
# Builds the Go gateway that the benchmark compares with. The stubs of the gateway's API are generated
# into gen/, by the plugins that go.mod names as tools.
# Usage: build.sh OUTPUT_BINARY
# Needs go (1.21 or newer fetches the one of go.mod by itself), and protoc (Debian's
# protobuf-compiler).
set -euo pipefail
if [ $# -ne 1 ]; then
  echo "usage: build.sh OUTPUT_BINARY" >&2
  exit 2
fi

output=$(realpath -m -- "$1")
cd "$(dirname "$0")"
package=$(go list -m)/gen/gatewayv1
protos=(suprsend/gateway/v1/workflow_service.proto suprsend/gateway/v1/error_reason.proto)
options=()
for proto in "${protos[@]}"; do
  options+=("--go_opt=M$proto=$package" "--go-grpc_opt=M$proto=$package")
done
protoc_gen_go=$(go tool -n protoc-gen-go)
protoc_gen_go_grpc=$(go tool -n protoc-gen-go-grpc)

mkdir -p gen
protoc --proto_path=../../../../proto \
  --plugin="protoc-gen-go=$protoc_gen_go" --plugin="protoc-gen-go-grpc=$protoc_gen_go_grpc" \
  --go_out=gen --go_opt="module=${package%/*}" \
  --go-grpc_out=gen --go-grpc_opt="module=${package%/*}" \
  "${options[@]}" "${protos[@]}"
go build -trimpath -o "$output" .
