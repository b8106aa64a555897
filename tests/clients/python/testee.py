"""Makes one call through the client library for each line of JSON on stdin.

A line of JSON on stdout says how each ended; the project's client tests know the fields.

A blocking call is cancelled as a terminal's ^C does it, an asyncio one by cancelling its task.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from typing import Any

import suprsend_gateway
from opentelemetry import context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

# As a caller's that is cancelled: the library has no failure for it, since Python has its own exceptions.
CANCELLED = {
    "code": "CANCELLED",
    "message": "",
    "reason": "",
    "outcome": "UNKNOWN",
    "safe_to_retry": False,
    "violations": [],
    "request_id": "",
    "retry_delay_ms": None,
    "metadata": {},
}

clients: dict[tuple[Any, ...], Any] = {}


class Wire:
    """Bytes in the place of a message."""

    def __init__(self, text: str) -> None:
        self._bytes = base64.b64decode(text)

    def SerializeToString(self) -> bytes:
        return self._bytes


def connect(job: dict[str, Any]) -> Any:
    tls = job.get("tls")
    style = job.get("style", "blocking")
    key = (style, job["target"], json.dumps(tls), "closed" in job)
    if key not in clients:
        kinds = {"blocking": suprsend_gateway.WorkflowClient, "async": suprsend_gateway.AsyncWorkflowClient}
        credentials = suprsend_gateway.mtls_from_files(**tls) if tls else None
        clients[key] = kinds[style](job["target"], credentials)
    return clients[key]


def plain(value: Any) -> Any:
    """`value` with a lone surrogate where the text without faithful Unicode is wanted."""
    if value == {"not_unicode": True}:
        return "a\ud800b"
    return [plain(element) for element in value] if isinstance(value, list) else value


def start(client: Any, job: dict[str, Any]) -> Any:
    """The reply, or the coroutine of it."""
    timeout = {"timeout": job["timeout_ms"] / 1000} if "timeout_ms" in job else {}
    if "wire" in job:
        return client._send(Wire(job["wire"]), timeout.get("timeout", suprsend_gateway.DEFAULT_TIMEOUT))
    return client.cancel_workflow(**{name: plain(value) for name, value in job["request"].items()}, **timeout)


@contextlib.contextmanager
def interrupted_after(milliseconds: int | None) -> Iterator[None]:
    if milliseconds == 0:
        raise KeyboardInterrupt
    signal.setitimer(signal.ITIMER_REAL, (milliseconds or 0) / 1000)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


async def await_call(job: dict[str, Any]) -> Any:
    async def call() -> Any:
        client = connect(job)
        if "closed" in job:
            await client.close()
        return await start(client, job)

    task = asyncio.create_task(call())
    milliseconds = job.get("cancel_after_ms")
    if milliseconds == 0:
        task.cancel()
    elif milliseconds is not None:
        asyncio.get_running_loop().call_later(milliseconds / 1000, task.cancel)
    return await task


def describe_reply(reply: suprsend_gateway.CancelReply) -> dict[str, Any]:
    return {
        "execution_ids": list(reply.execution_ids),
        "execution_ids_may_be_incomplete": reply.execution_ids_may_be_incomplete,
        "cancelled_count": reply.cancelled_count,
        "request_id": reply.request_id,
    }


def describe_failure(error: suprsend_gateway.CancelWorkflowError) -> dict[str, Any]:
    return {
        "text": str(error),
        "code": error.code.name,
        "message": error.message,
        "reason": error.reason,
        "outcome": error.outcome.name,
        "safe_to_retry": error.safe_to_retry,
        "violations": [{"field": v.field, "description": v.description} for v in error.violations],
        "request_id": error.request_id,
        "retry_delay_ms": None if error.retry_delay is None else round(error.retry_delay * 1000, 6),
        "metadata": error.metadata,
    }


def run(job: dict[str, Any], loop: asyncio.AbstractEventLoop) -> dict[str, Any]:
    headers = {"traceparent": job["traceparent"]} if "traceparent" in job else {}
    token = context.attach(TraceContextTextMapPropagator().extract(headers, context.Context()))
    try:
        if job.get("style") == "async":
            return {"reply": describe_reply(loop.run_until_complete(await_call(job)))}
        client = connect(job)
        if "closed" in job:
            client.close()
        with interrupted_after(job.get("cancel_after_ms")):
            return {"reply": describe_reply(start(client, job))}
    except suprsend_gateway.CancelWorkflowError as error:
        return {"failure": describe_failure(error)}
    except (asyncio.CancelledError, KeyboardInterrupt):
        return {"failure": CANCELLED}
    except Exception as error:
        return {"crash": f"{type(error).__name__}: {error}"}
    finally:
        context.detach(token)


def main() -> None:
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line), loop)), flush=True)
    for client in clients.values():
        closed = client.close()
        if closed is not None:
            loop.run_until_complete(closed)
    loop.close()


if __name__ == "__main__":
    main()
