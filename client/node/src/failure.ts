import type { status } from "@grpc/grpc-js";

/** What a failed call may have done: NOT_APPLIED, nothing was cancelled; UNKNOWN, runs may have been. */
export type Outcome = "NOT_APPLIED" | "UNKNOWN";

/** One broken rule of the request. */
export interface FieldViolation {
  /** As the proto names it: "execution_id", "recipients[3]". */
  readonly field: string;
  /** What is wrong, without the value. */
  readonly description: string;
}

/** Why a call failed. */
export interface Failure {
  readonly code: status;
  /** The status' own. Can hold control characters where something other than the gateway answered. */
  readonly statusMessage: string;
  /**
   * One of ErrorReason, or a newer one. Empty where the status has no ErrorInfo of the gateway: a library or
   * a proxy on the way made it, and its outcome is not known, whatever its code says.
   */
  readonly reason: string;
  readonly outcome: Outcome;
  readonly violations: readonly FieldViolation[];
  /** Empty where none came. */
  readonly requestId: string;
  /** When trying again makes sense, in milliseconds from now; undefined where that is not known. */
  readonly retryDelayMs: number | undefined;
  /** ErrorInfo's: outcome, attempts and, where known, http_status, upstream_code, upstream_message. */
  readonly metadata: Readonly<Record<string, string>>;
}
