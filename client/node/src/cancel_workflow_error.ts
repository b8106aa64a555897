import { type ServiceError, status } from "@grpc/grpc-js";
import type { Failure } from "./failure";
import { readFailure } from "./read_failure";

/** A proxy can send kilobytes, and a log line should be read. */
const MAX_MESSAGE_LENGTH = 500;

export interface CancelWorkflowError extends Failure {}

/**
 * What cancelWorkflow rejects with. `message` is for a log line: code, reason, outcome, the status' message
 * and the request id, and no value of the request. `cause` is grpc-js' ServiceError; where the signal was
 * aborted before the call, its reason; absent for what else was found before anything was sent.
 */
export class CancelWorkflowError extends Error {
  /** For tests that need a failure; the library makes its own. */
  constructor(failure: Failure, options?: ErrorOptions) {
    super(describe(failure), options);
    Object.assign(this, failure);
  }

  static {
    this.prototype.name = "CancelWorkflowError";
  }

  /**
   * Reads grpc-js' error, for who calls WorkflowService without WorkflowClient. The details are believed only
   * if they parse as a google.rpc.Status of the error's own code with an ErrorInfo of the gateway; otherwise
   * reason is "" and outcome UNKNOWN.
   */
  static from(error: ServiceError): CancelWorkflowError {
    return new CancelWorkflowError(readFailure(error), { cause: error });
  }

  /**
   * True where nothing was applied and the same request may fare better later: outcome NOT_APPLIED with code
   * UNAVAILABLE, RESOURCE_EXHAUSTED or DEADLINE_EXCEEDED (leave more time then). Wait for retryDelayMs where
   * there is one. False for ABORTED (SuprSend's 409): what the request is in conflict with has to be looked
   * at first. False for CANCELLED: it was your wish.
   */
  get safeToRetry(): boolean {
    const passing = [status.UNAVAILABLE, status.RESOURCE_EXHAUSTED, status.DEADLINE_EXCEEDED];
    return this.outcome === "NOT_APPLIED" && passing.includes(this.code);
  }
}

function describe({ code, reason, outcome, statusMessage, requestId }: Failure): string {
  const what = [status[code] ?? `CODE_${code}`, reason, `outcome ${outcome}`].filter(Boolean).join(", ");
  const message = statusMessage.slice(0, MAX_MESSAGE_LENGTH);
  const line = `${what}: ${message}${requestId && ` (request id ${requestId})`}`;
  // A status that a proxy made can say anything, and a log line must stay one line.
  return line.replace(/\p{Cc}+/gu, " ");
}
