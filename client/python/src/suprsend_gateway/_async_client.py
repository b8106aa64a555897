from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import grpc
import grpc.aio

from . import _messages
from ._connect import Options, channel_options
from ._error import CancelWorkflowError
from ._messages import DEFAULT_TIMEOUT, MAX_TIMEOUT, CancelReply, Texts


class AsyncWorkflowClient:
    """Calls a suprsend-gateway from asyncio; WorkflowClient says the rest.

    Belongs to the event loop that runs when it is made, and is for that loop's thread only.
    """

    def __init__(
        self,
        target: str,
        credentials: grpc.ChannelCredentials | None = None,
        *,
        options: Options = (),
        interceptors: Sequence[grpc.aio.ClientInterceptor] = (),
    ) -> None:
        """As WorkflowClient's, with grpc.aio's interceptors. Raises RuntimeError where no event loop runs."""
        asyncio.get_running_loop()  # Else gRPC would take a loop that may never run.
        arguments = channel_options(target, options)
        if credentials is None:
            channel = grpc.aio.insecure_channel(target, arguments, interceptors=interceptors)
        else:
            channel = grpc.aio.secure_channel(target, credentials, arguments, interceptors=interceptors)
        self._channel = channel
        self._method = channel.unary_unary(_messages.METHOD, _messages.serialize, _messages.deserialize)

    async def cancel_workflow(
        self,
        *,
        execution_id: str | None = None,
        recipients: Texts | None = None,
        idempotency_key: str | None = None,
        workflow_slug: str | None = None,
        validate_only: bool = False,
        timeout: float = DEFAULT_TIMEOUT,
    ) -> CancelReply:
        """As WorkflowClient.cancel_workflow.

        Where the task is cancelled, by asyncio.timeout too, the call is, and asyncio.CancelledError goes on.
        Runs may have been cancelled by then.
        """
        request = _messages.encode(execution_id, recipients, idempotency_key, workflow_slug, validate_only)
        return await self._send(request, timeout)

    async def _send(self, request: Any, timeout: float) -> CancelReply:
        seconds = _messages.check_timeout(timeout)
        await asyncio.sleep(0)  # A task that is cancelled already ends here, before anything is sent.
        try:
            call = self._method(request, timeout=seconds, metadata=_messages.trace_metadata())
            response = await call
        except grpc.RpcError as error:
            raise CancelWorkflowError.from_rpc_error(error) from error
        except grpc.aio.UsageError as error:  # For a channel that is closed or closing, before it sends.
            raise _messages.closed() from error
        return _messages.read_reply(response, await call.trailing_metadata())

    async def close(self) -> None:
        """Waits for the calls that run to end, by their deadlines at the latest.

        Further calls fail with CANCELLED, outcome NOT_APPLIED, from now on.
        """
        # Without this grace gRPC would raise CancelledError in tasks that nobody has cancelled.
        await self._channel.close(grace=MAX_TIMEOUT)

    async def __aenter__(self) -> AsyncWorkflowClient:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()
