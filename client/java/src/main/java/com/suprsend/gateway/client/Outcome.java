package com.suprsend.gateway.client;

/**
 * What a failed call may have done. Where a gateway dies with a call in flight that has an execution_id or
 * idempotency_key, gRPC may repeat it at another, and this is of the repeat alone: the first attempt may have
 * been applied also where it says NOT_APPLIED.
 */
public enum Outcome {
  /** Nothing was cancelled. */
  NOT_APPLIED,
  /** Runs may have been cancelled. */
  UNKNOWN
}
