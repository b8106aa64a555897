from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class CancelWorkflowRequest(_message.Message):
    __slots__ = ("execution_id", "recipients", "idempotency_key", "workflow_slug", "validate_only")
    EXECUTION_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENTS_FIELD_NUMBER: _ClassVar[int]
    IDEMPOTENCY_KEY_FIELD_NUMBER: _ClassVar[int]
    WORKFLOW_SLUG_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    execution_id: str
    recipients: _containers.RepeatedScalarFieldContainer[str]
    idempotency_key: str
    workflow_slug: str
    validate_only: bool
    def __init__(self, execution_id: _Optional[str] = ..., recipients: _Optional[_Iterable[str]] = ..., idempotency_key: _Optional[str] = ..., workflow_slug: _Optional[str] = ..., validate_only: bool = ...) -> None: ...

class CancelWorkflowResponse(_message.Message):
    __slots__ = ("execution_ids", "execution_ids_may_be_incomplete", "cancelled_count")
    EXECUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    EXECUTION_IDS_MAY_BE_INCOMPLETE_FIELD_NUMBER: _ClassVar[int]
    CANCELLED_COUNT_FIELD_NUMBER: _ClassVar[int]
    execution_ids: _containers.RepeatedScalarFieldContainer[str]
    execution_ids_may_be_incomplete: bool
    cancelled_count: int
    def __init__(self, execution_ids: _Optional[_Iterable[str]] = ..., execution_ids_may_be_incomplete: bool = ..., cancelled_count: _Optional[int] = ...) -> None: ...
