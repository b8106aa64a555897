from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable
from typing import Any, TypeVar

import google.protobuf.message
import grpc
from google.rpc import error_details_pb2, status_pb2

from ._generated.error_reason_pb2 import ErrorReason

_DOMAIN = "suprsend-gateway"
# The longest google.protobuf.Duration: about 10,000 years (duration.proto).
_MAX_DURATION_SECONDS = 315_576_000_000
# Of a message in an error's text; a proxy's can be long.
_MAX_TEXT = 300
_RETRYABLE = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.DEADLINE_EXCEEDED,
)

_Detail = TypeVar("_Detail", bound=google.protobuf.message.Message)


class Outcome(enum.Enum):
    """What a failed call may have done."""

    NOT_APPLIED = "NOT_APPLIED"
    """Nothing was cancelled."""
    UNKNOWN = "UNKNOWN"
    """Runs may have been cancelled."""


@dataclasses.dataclass(frozen=True)
class FieldViolation:
    """One broken rule of the request."""

    field: str
    """As the proto names it: "execution_id", "recipients[3]"."""
    description: str
    """What is wrong, without the value."""


@dataclasses.dataclass(eq=False, repr=False, kw_only=True)
class CancelWorkflowError(Exception):
    """Why a call failed. Its text is for logs and has no value of the request.

    __cause__ is the grpc.RpcError, or None where this library refused the call.
    """

    # All have defaults, so that pickle can make it anew.

    code: grpc.StatusCode = grpc.StatusCode.UNKNOWN
    message: str = ""
    reason: str = ""
    """A name of ErrorReason, maybe one newer than this library; ErrorReason.Name() gives what to compare it
    with. Empty where the status has no ErrorInfo of the gateway: a library or a proxy on the way made it, and
    its outcome is not known, whatever its code says."""
    outcome: Outcome = Outcome.UNKNOWN
    violations: tuple[FieldViolation, ...] = ()
    request_id: str = ""
    """Empty where none came."""
    retry_delay: float | None = None
    """In how many seconds trying again makes sense, where that is known."""
    metadata: dict[str, str] = dataclasses.field(default_factory=dict)
    """ErrorInfo's: outcome and attempts; and http_status, upstream_code, upstream_message where they came."""

    @property
    def safe_to_retry(self) -> bool:
        """Nothing was cancelled, and the same call may fare better; after retry_delay, where there is one.

        After DEADLINE_EXCEEDED leave more time. False for ABORTED (SuprSend's 409), although nothing was
        applied: look first at what the request is in conflict with.
        """
        return self.outcome is Outcome.NOT_APPLIED and self.code in _RETRYABLE

    def __str__(self) -> str:
        message = "".join(c if c.isprintable() else "?" for c in self.message[:_MAX_TEXT])
        reason = self.reason or "no reason of the gateway's"
        brackets = f"{reason}, outcome {self.outcome.name}, request {self.request_id or '-'}"
        return f"{self.code.name} ({brackets}): {message}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    @classmethod
    def from_rpc_error(cls, error: grpc.RpcError) -> CancelWorkflowError:
        """Reads a failure of a gRPC stub, blocking or of grpc.aio. Does not raise, whatever the status holds.

        Details are believed only where they are a google.rpc.Status of the status' own code with an ErrorInfo
        of the gateway's.
        """
        code = _ask(error, "code")
        trailing = dict(reversed([*(_ask(error, "trailing_metadata") or ())]))
        found = cls(
            code=code if isinstance(code, grpc.StatusCode) else grpc.StatusCode.UNKNOWN,
            message=str(_ask(error, "details") or ""),
            request_id=request_id(trailing.items()),
        )
        status = _parse(status_pb2.Status(), trailing.get("grpc-status-details-bin"))
        if status is not None and status.code == found.code.value[0]:
            found._read_details(status)
        return found

    def _read_details(self, status: status_pb2.Status) -> None:
        infos = _details(status, error_details_pb2.ErrorInfo)
        info = next((info for info in infos if info.domain == _DOMAIN and info.reason), None)
        if info is None:
            return
        self.reason = info.reason
        self.metadata = dict(info.metadata)
        if self.metadata.get("outcome") == Outcome.NOT_APPLIED.value:
            self.outcome = Outcome.NOT_APPLIED
        for bad_request in _details(status, error_details_pb2.BadRequest)[:1]:
            violations = bad_request.field_violations
            self.violations = tuple(FieldViolation(v.field, v.description) for v in violations)
        for retry in _details(status, error_details_pb2.RetryInfo)[:1]:
            delay = retry.retry_delay
            sensible = 0 <= delay.seconds <= _MAX_DURATION_SECONDS and 0 <= delay.nanos < 1_000_000_000
            if retry.HasField("retry_delay") and sensible:
                self.retry_delay = (delay.seconds * 10**9 + delay.nanos) / 10**9
        for request in _details(status, error_details_pb2.RequestInfo)[:1]:
            self.request_id = request.request_id or self.request_id


def refusal(
    code: grpc.StatusCode, reason: ErrorReason, message: str, violations: Iterable[FieldViolation] = ()
) -> CancelWorkflowError:
    """A failure that this library found before anything was sent."""
    return CancelWorkflowError(
        code=code,
        message=message,
        reason=ErrorReason.Name(reason),
        outcome=Outcome.NOT_APPLIED,
        violations=tuple(violations),
        metadata={"outcome": Outcome.NOT_APPLIED.value, "attempts": "0"},
    )


def request_id(trailing_metadata: Iterable[tuple[str, str | bytes]] | None) -> str:
    """The "x-request-id" in trailing metadata; empty where there is none."""
    found = next((value for key, value in trailing_metadata or () if key == "x-request-id"), "")
    return found if isinstance(found, str) else found.decode(errors="replace")


def _ask(error: grpc.RpcError, method: str) -> Any:
    # An RpcError that an interceptor made may have none of the methods that gRPC's own have.
    found = getattr(error, method, None)
    return found() if callable(found) else None


def _parse(message: _Detail, data: object) -> _Detail | None:
    try:
        message.ParseFromString(data)  # type: ignore[arg-type]
    except (google.protobuf.message.DecodeError, TypeError):
        return None
    return message


def _details(status: status_pb2.Status, kind: type[_Detail]) -> list[_Detail]:
    """The details of that kind, but for those that do not parse."""
    name = kind.DESCRIPTOR.full_name
    parsed = (_parse(kind(), detail.value) for detail in status.details if detail.TypeName() == name)
    return [message for message in parsed if message is not None]
