package com.suprsend.gateway.client;

import java.util.List;

/**
 * What was cancelled.
 *
 * @param executionIds the runs that were cancelled; empty if none matched
 * @param executionIdsMayBeIncomplete the list may lack runs that were cancelled
 * @param cancelledCount how many ids SuprSend named; the list can be shorter
 * @param requestId the gateway's, for its logs; empty where none came
 */
public record CancelReply(
    List<String> executionIds,
    boolean executionIdsMayBeIncomplete,
    long cancelledCount,
    String requestId) {
  /** Copies the list. */
  public CancelReply {
    executionIds = List.copyOf(executionIds);
  }
}
