"""Cancels SuprSend workflow runs through suprsend-gateway.

WorkflowClient blocks; AsyncWorkflowClient is for asyncio.
"""

from ._async_client import AsyncWorkflowClient as AsyncWorkflowClient
from ._client import WorkflowClient as WorkflowClient
from ._connect import mtls_from_files as mtls_from_files
from ._error import CancelWorkflowError as CancelWorkflowError
from ._error import FieldViolation as FieldViolation
from ._error import Outcome as Outcome
from ._generated.error_reason_pb2 import ErrorReason as ErrorReason
from ._messages import DEFAULT_TIMEOUT as DEFAULT_TIMEOUT
from ._messages import MAX_TIMEOUT as MAX_TIMEOUT
from ._messages import CancelReply as CancelReply
from ._messages import Texts as Texts
