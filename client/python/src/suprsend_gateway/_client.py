from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import grpc

from . import _messages
from ._connect import Options, channel_options
from ._error import CancelWorkflowError
from ._messages import DEFAULT_TIMEOUT, CancelReply, Texts


class WorkflowClient:
    """Calls a suprsend-gateway and blocks until it has answered.

    Any thread may use it, with any number of calls at a time. The connection is made by the first call, and
    made anew when it is lost. Fork before gRPC is first used, or set GRPC_ENABLE_FORK_SUPPORT=1: else calls
    in the child hang, past their deadline too, even those of a client of its own.
    """

    def __init__(
        self,
        target: str,
        credentials: grpc.ChannelCredentials | None = None,
        *,
        options: Options = (),
        interceptors: Sequence[grpc.UnaryUnaryClientInterceptor] = (),
    ) -> None:
        """Does not connect yet.

        target: a gRPC target, usually "host:port"; calls go round robin to all of a name's addresses. The
            proxies that the environment names are not used: the gateway is internal.
        credentials: such as mtls_from_files gives. None: plaintext.
        options: further gRPC channel arguments, which win over the client's own.
        interceptors: gRPC's; the first is the outermost.
        """
        arguments = channel_options(target, options)
        if credentials is None:
            self._channel = grpc.insecure_channel(target, arguments)
        else:
            self._channel = grpc.secure_channel(target, credentials, arguments)
        channel = grpc.intercept_channel(self._channel, *interceptors)
        self._closed = False
        self._method = channel.unary_unary(_messages.METHOD, _messages.serialize, _messages.deserialize)

    def cancel_workflow(
        self,
        *,
        execution_id: str | None = None,
        recipients: Texts | None = None,
        idempotency_key: str | None = None,
        workflow_slug: str | None = None,
        validate_only: bool = False,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> CancelReply:
        """Cancels the running workflow executions that match every filter that is set; at least one must be.

        None is no filter, and then the call cancels more: be sure that a computed value is not None. Values
        are sent as they are, even empty ones, and the gateway refuses what breaks a rule; the rules are in
        workflow_service.proto.

        execution_id: one run, by its id in SuprSend's workflow logs. At most 1,024 code points.
        recipients: distinct ids or contact info, each at most 1,024 code points. An empty collection is
            refused: on the wire it is the same as none, which does not mean "nobody" but "everybody". No str,
            mapping or iterator.
        idempotency_key: that the workflow was triggered with. At most 255 code points.
        workflow_slug: whose runs are cancelled. At most 255 code points.
        validate_only: only check the request; a reply says that it would have been sent.
        timeout: seconds from now to the deadline; over MAX_TIMEOUT it counts as that.

        Raises CancelWorkflowError where the call failed, and TypeError, before anything is sent, for a wrong
        type. A call that a KeyboardInterrupt ends may have been applied.
        """
        request = _messages.encode(execution_id, recipients, idempotency_key, workflow_slug, validate_only)
        return self._send(request, timeout)

    def _send(self, request: Any, timeout: float) -> CancelReply:
        seconds = _messages.check_timeout(timeout)
        metadata = _messages.trace_metadata()
        try:
            response, call = self._method.with_call(request, timeout=seconds, metadata=metadata)
        except grpc.RpcError as error:
            raise CancelWorkflowError.from_rpc_error(error) from error
        except ValueError as error:  # gRPC's for a channel that is closed, before it sends.
            if not self._closed:
                raise
            raise _messages.closed() from error
        return _messages.read_reply(response, call.trailing_metadata())

    def close(self) -> None:
        """Ends the connections. Calls of other threads fail with CANCELLED, outcome UNKNOWN.

        Later calls fail with CANCELLED too, outcome NOT_APPLIED.
        """
        self._closed = True
        self._channel.close()

    def __enter__(self) -> WorkflowClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
