import sys

from suprsend_gateway import CancelWorkflowError, Outcome, WorkflowClient

with WorkflowClient("127.0.0.1:50051") as gateway:
    try:
        reply = gateway.cancel_workflow(recipients=["ann"], workflow_slug="order-confirmation")
    except CancelWorkflowError as error:
        if error.safe_to_retry:
            sys.exit(f"nothing was cancelled, try again in {error.retry_delay or 1:.1f} s: {error}")
        if error.outcome is Outcome.UNKNOWN:
            # The same call again could cancel runs that began since.
            sys.exit(f"runs may have been cancelled, ask a person: {error}")
        sys.exit(f"it will not get better by itself: {error}")

print(f"cancelled {reply.cancelled_count}: [{', '.join(reply.execution_ids)}]")
