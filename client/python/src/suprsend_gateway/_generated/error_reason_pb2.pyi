from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class ErrorReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ERROR_REASON_UNSPECIFIED: _ClassVar[ErrorReason]
    INVALID_FILTER: _ClassVar[ErrorReason]
    NO_FILTER: _ClassVar[ErrorReason]
    UNKNOWN_FIELD: _ClassVar[ErrorReason]
    REQUEST_TOO_LARGE: _ClassVar[ErrorReason]
    MALFORMED_REQUEST: _ClassVar[ErrorReason]
    UPSTREAM_UNREACHABLE: _ClassVar[ErrorReason]
    UPSTREAM_UNTRUSTED: _ClassVar[ErrorReason]
    DEADLINE_BEFORE_SEND: _ClassVar[ErrorReason]
    UPSTREAM_TIMEOUT: _ClassVar[ErrorReason]
    UPSTREAM_CONNECTION_LOST: _ClassVar[ErrorReason]
    CALLER_CANCELLED: _ClassVar[ErrorReason]
    UPSTREAM_BAD_REPLY: _ClassVar[ErrorReason]
    UPSTREAM_REDIRECT: _ClassVar[ErrorReason]
    UPSTREAM_REJECTED: _ClassVar[ErrorReason]
    UPSTREAM_MISCONFIGURED: _ClassVar[ErrorReason]
    UPSTREAM_CREDENTIALS_REJECTED: _ClassVar[ErrorReason]
    UPSTREAM_NOT_FOUND: _ClassVar[ErrorReason]
    UPSTREAM_CONFLICT: _ClassVar[ErrorReason]
    UPSTREAM_UNAVAILABLE: _ClassVar[ErrorReason]
    UPSTREAM_RATE_LIMITED: _ClassVar[ErrorReason]
    UPSTREAM_ERROR: _ClassVar[ErrorReason]
    GATEWAY_OVERLOADED: _ClassVar[ErrorReason]
    UPSTREAM_CIRCUIT_OPEN: _ClassVar[ErrorReason]
    CALLER_UNAUTHENTICATED: _ClassVar[ErrorReason]
    CALLER_NOT_ALLOWED: _ClassVar[ErrorReason]
    CALLER_QUOTA_EXCEEDED: _ClassVar[ErrorReason]
    GATEWAY_AUDIT_UNAVAILABLE: _ClassVar[ErrorReason]
ERROR_REASON_UNSPECIFIED: ErrorReason
INVALID_FILTER: ErrorReason
NO_FILTER: ErrorReason
UNKNOWN_FIELD: ErrorReason
REQUEST_TOO_LARGE: ErrorReason
MALFORMED_REQUEST: ErrorReason
UPSTREAM_UNREACHABLE: ErrorReason
UPSTREAM_UNTRUSTED: ErrorReason
DEADLINE_BEFORE_SEND: ErrorReason
UPSTREAM_TIMEOUT: ErrorReason
UPSTREAM_CONNECTION_LOST: ErrorReason
CALLER_CANCELLED: ErrorReason
UPSTREAM_BAD_REPLY: ErrorReason
UPSTREAM_REDIRECT: ErrorReason
UPSTREAM_REJECTED: ErrorReason
UPSTREAM_MISCONFIGURED: ErrorReason
UPSTREAM_CREDENTIALS_REJECTED: ErrorReason
UPSTREAM_NOT_FOUND: ErrorReason
UPSTREAM_CONFLICT: ErrorReason
UPSTREAM_UNAVAILABLE: ErrorReason
UPSTREAM_RATE_LIMITED: ErrorReason
UPSTREAM_ERROR: ErrorReason
GATEWAY_OVERLOADED: ErrorReason
UPSTREAM_CIRCUIT_OPEN: ErrorReason
CALLER_UNAUTHENTICATED: ErrorReason
CALLER_NOT_ALLOWED: ErrorReason
CALLER_QUOTA_EXCEEDED: ErrorReason
GATEWAY_AUDIT_UNAVAILABLE: ErrorReason
