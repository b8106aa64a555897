import type { Metadata } from "@grpc/grpc-js";
import { context, isSpanContextValid, trace } from "@opentelemetry/api";

/**
 * Sets traceparent (W3C Trace Context) to the current span; without a valid one sets nothing. Written here,
 * since each major version of @opentelemetry/core, which has a propagator, demands other versions of the API
 * than the next, and the newest demands Node 22. Instrumentation of grpc-js sets its own over it.
 */
export function setTraceparent(metadata: Metadata): void {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || !isSpanContextValid(span)) return;
  const flags = (span.traceFlags & 0xff).toString(16).padStart(2, "0");
  metadata.set("traceparent", `00-${span.traceId}-${span.spanId}-${flags}`);
}
