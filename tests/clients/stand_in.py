"""Answers as no gateway of today does: what a client must make of it is in the vectors.

Importable after pinned_tools.add_python_packages() with those of conformance_test.py.
"""

import threading
from concurrent import futures

import gateway_stubs
import grpc
from google.protobuf import any_pb2
from google.rpc import error_details_pb2, status_pb2

METHOD = "/suprsend.gateway.v1.WorkflowService/CancelWorkflow"


def packed(message):
    detail = any_pb2.Any()
    detail.Pack(message)
    return detail


def detail(given):
    """One entry of a vector's `details`."""
    if "error_info" in given:
        return packed(error_details_pb2.ErrorInfo(**given["error_info"]))
    if "retry_info" in given:
        message = error_details_pb2.RetryInfo()
        message.retry_delay.seconds = given["retry_info"].get("seconds", 0)
        message.retry_delay.nanos = given["retry_info"].get("nanos", 0)
        return packed(message)
    if "request_info" in given:
        return packed(error_details_pb2.RequestInfo(request_id=given["request_info"]))
    if "bad_request" in given:
        message = error_details_pb2.BadRequest()
        for field in given["bad_request"]:
            message.field_violations.add(field=field, description="is wrong")
        return packed(message)
    return any_pb2.Any(type_url=given["type_url"], value=bytes.fromhex(given["hex"]))


def reply_bytes(answer, response_type):
    if "ids_of_1024_bytes" in answer:
        ids = [f"{number:01024}" for number in range(answer["ids_of_1024_bytes"])]
        reply = {"execution_ids": ids, "execution_ids_may_be_incomplete": True, "cancelled_count": len(ids)}
    else:
        reply = {**answer["reply"], "cancelled_count": int(answer["reply"]["cancelled_count"])}
    return response_type(**reply).SerializeToString()


class StandIn(grpc.GenericRpcHandler):
    """A gRPC server on a port of its own. `answer` is the vector's; `calls` counts; `gone` is set once a call
    that was not answered has been cancelled by its client, or has run into its deadline."""

    def __init__(self, source, folder):
        self.answer = {}
        self.calls = 0
        self.gone = threading.Event()
        messages, _ = gateway_stubs.make(source, folder)
        self.response_type = messages.CancelWorkflowResponse
        self.server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[self])
        self.target = f"127.0.0.1:{self.server.add_insecure_port('127.0.0.1:0')}"
        self.server.start()

    def end(self):
        self.server.stop(None)

    def service(self, handler_call_details):
        if handler_call_details.method != METHOD:
            return None
        return grpc.unary_unary_rpc_method_handler(self.handle)

    def handle(self, _, context):
        self.calls += 1
        answer = self.answer
        if "silent" in answer:
            gone = self.gone
            if not context.add_callback(gone.set):
                gone.set()  # The call has ended already.
            gone.wait(60)
            return b""
        if "code" not in answer:
            return reply_bytes(answer, self.response_type)
        trailers = list(answer.get("trailers", {}).items())
        if "details_hex" in answer:
            trailers.append(("grpc-status-details-bin", bytes.fromhex(answer["details_hex"])))
        if "details" in answer:
            code = answer.get("details_code", answer["code"])
            status = status_pb2.Status(code=code, message=answer.get("message", ""))
            status.details.extend(detail(given) for given in answer["details"])
            trailers.append(("grpc-status-details-bin", status.SerializeToString()))
        context.set_trailing_metadata(trailers)
        (code,) = [code for code in grpc.StatusCode if code.value[0] == answer["code"]]
        context.abort(code, answer.get("message", ""))
