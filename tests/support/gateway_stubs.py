"""Our proto's messages and stubs for Python, which grpcio-tools generates."""

import sys

from grpc_tools import protoc


def make(source, folder):
    """Returns the modules of messages and stubs, generated into the folder."""
    proto = source / "proto"
    outputs = [f"--python_out={folder}", f"--grpc_python_out={folder}"]
    file = str(proto / "suprsend/gateway/v1/workflow_service.proto")
    if protoc.main(["protoc", f"-I{proto}", *outputs, file]) != 0:
        raise AssertionError("protoc failed")
    sys.path.insert(0, str(folder))
    from suprsend.gateway.v1 import workflow_service_pb2, workflow_service_pb2_grpc

    return workflow_service_pb2, workflow_service_pb2_grpc
