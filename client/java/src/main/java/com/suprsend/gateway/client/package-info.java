/**
 * Calls a suprsend-gateway, which cancels workflow runs in SuprSend. Begin at {@link
 * com.suprsend.gateway.client.WorkflowClient}.
 */
package com.suprsend.gateway.client;
