"""What both clients put into a call and take out of it."""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

import grpc
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from ._error import CancelWorkflowError, FieldViolation, refusal, request_id
from ._generated import workflow_service_pb2
from ._generated.error_reason_pb2 import ErrorReason
from ._generated.workflow_service_pb2 import CancelWorkflowRequest, CancelWorkflowResponse

DEFAULT_TIMEOUT = 10.0
"""Seconds; the gateway's own default for callers without a deadline."""
MAX_TIMEOUT = 3600.0
"""Seconds. A longer timeout counts as this one; the gateway itself gives a call 30 s at most."""

_service = workflow_service_pb2.DESCRIPTOR.services_by_name["WorkflowService"]
METHOD = f"/{_service.full_name}/{_service.methods_by_name['CancelWorkflow'].name}"
serialize = operator.methodcaller("SerializeToString")
deserialize = CancelWorkflowResponse.FromString


class Texts(Protocol):
    """A list, tuple, set or other collection of str. A plain str is none, to type checkers either."""

    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...
    # str's own takes nothing but str, which is how a type checker tells them apart.
    def __contains__(self, value: object, /) -> bool: ...


@dataclasses.dataclass(frozen=True)
class CancelReply:
    """The answer to a call that went well."""

    execution_ids: tuple[str, ...]
    """The runs that were cancelled; empty where no run matched."""
    execution_ids_may_be_incomplete: bool
    """execution_ids may lack runs that were cancelled."""
    cancelled_count: int
    """How many ids SuprSend named; execution_ids can be shorter."""
    request_id: str
    """Empty where none came."""


def encode(
    execution_id: str | None,
    recipients: Texts | None,
    idempotency_key: str | None,
    workflow_slug: str | None,
    validate_only: bool,
) -> CancelWorkflowRequest:
    """Raises TypeError or CancelWorkflowError for what would not arrive as it was meant."""
    if not isinstance(validate_only, bool):
        raise TypeError(f"validate_only must be a bool, not {type(validate_only).__name__}")
    taken = None if recipients is None else _take(recipients)
    violations = [] if execution_id is None else _check("execution_id", execution_id)
    if taken is not None and not taken:
        text = "is set but empty, which would not narrow the cancel"
        violations.append(FieldViolation("recipients", text))
    for i, recipient in enumerate(taken or ()):
        violations += _check(f"recipients[{i}]", recipient)
    for field, value in (("idempotency_key", idempotency_key), ("workflow_slug", workflow_slug)):
        violations += [] if value is None else _check(field, value)
    if violations:
        message = "a filter breaks a rule; nothing was sent"
        raise refusal(grpc.StatusCode.INVALID_ARGUMENT, ErrorReason.INVALID_FILTER, message, violations)
    return CancelWorkflowRequest(
        execution_id=execution_id,
        recipients=taken,
        idempotency_key=idempotency_key,
        workflow_slug=workflow_slug,
        validate_only=validate_only,
    )


def _take(recipients: Texts) -> list[str]:
    # An iterator may be used up already, or be used again for the next try. A mapping would give its keys,
    # even of a recipient as SuprSend's own API takes them: {"distinct_id": "ann"}.
    if isinstance(recipients, (str, bytes, Mapping)) or not isinstance(recipients, Collection):
        kind = type(recipients).__name__
        raise TypeError(f"recipients must be a list or another collection of str, not {kind}")
    return list(recipients)


def _check(field: str, value: str) -> list[FieldViolation]:
    if not isinstance(value, str):
        raise TypeError(f"{field} must be a str, not {type(value).__name__}")
    try:
        str.encode(value)
    except UnicodeEncodeError:  # A lone surrogate.
        return [FieldViolation(field, "is not valid Unicode")]
    return []


def check_timeout(timeout: float) -> float:
    """The seconds that gRPC gets. Raises TypeError, and CancelWorkflowError where no time is left."""
    if isinstance(timeout, bool) or not isinstance(timeout, (int, float)):
        raise TypeError(f"timeout must be a number of seconds, not {type(timeout).__name__}")
    if not timeout > 0:  # NaN too.
        message = "the deadline passed before anything was sent"
        raise refusal(grpc.StatusCode.DEADLINE_EXCEEDED, ErrorReason.DEADLINE_BEFORE_SEND, message)
    return min(timeout, MAX_TIMEOUT)


def closed() -> CancelWorkflowError:
    message = "the client is closed; nothing was sent"
    return refusal(grpc.StatusCode.CANCELLED, ErrorReason.CALLER_CANCELLED, message)


def trace_metadata() -> tuple[tuple[str, str], ...]:
    """The current OpenTelemetry span as W3C headers; none where there is no valid span."""
    headers: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(headers)
    return tuple(headers.items())


def read_reply(
    response: CancelWorkflowResponse | None, trailing_metadata: Iterable[tuple[str, str | bytes]] | None
) -> CancelReply:
    if response is None:  # What gRPC gives where OK came without a message, and grpc.aio for one of rubbish.
        message = "the answer holds no message"
        code, request = grpc.StatusCode.INTERNAL, request_id(trailing_metadata)
        raise CancelWorkflowError(code=code, message=message, request_id=request)
    return CancelReply(
        execution_ids=tuple(response.execution_ids),
        execution_ids_may_be_incomplete=response.execution_ids_may_be_incomplete,
        cancelled_count=response.cancelled_count,
        request_id=request_id(trailing_metadata),
    )
