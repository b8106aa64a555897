import { CancelWorkflowError, WorkflowClient } from "suprsend-gateway-client";

const gateway = new WorkflowClient({ target: "127.0.0.1:50051" });
try {
  const reply = await gateway.cancelWorkflow({ recipients: ["ann"], workflowSlug: "order-confirmation" });
  console.log(`cancelled ${reply.cancelledCount}: [${reply.executionIds.join(", ")}]`);
} catch (error) {
  if (!(error instanceof CancelWorkflowError)) throw error;
  console.error(error.message);
  if (error.safeToRetry) {
    console.error(`nothing was cancelled: try again after ${error.retryDelayMs ?? 1000} ms`);
  } else if (error.outcome === "UNKNOWN") {
    console.error(`runs may have been cancelled: look at SuprSend's dashboard; request ${error.requestId}`);
  } else {
    console.error("it will not get better by itself:", error.reason, error.violations);
  }
  process.exitCode = 1;
} finally {
  gateway.close();
}
