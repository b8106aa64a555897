import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { anyUnpack, type Duration } from "@bufbuild/protobuf/wkt";
import type { ServiceError } from "@grpc/grpc-js";
import type { Failure } from "./failure";
import * as details from "./generated/google/rpc/error_details_pb";
import { type Status, StatusSchema } from "./generated/google/rpc/status_pb";

const ERROR_DOMAIN = "suprsend-gateway";
/** The longest google.protobuf.Duration, about 10,000 years (duration.proto). */
const MAX_DURATION_SECONDS = 315_576_000_000n;

/** Reads a status that is not OK, by the rules that CancelWorkflowError.from has. Never throws. */
export function readFailure({ code, details: statusMessage, metadata: trailing }: ServiceError): Failure {
  const bytes = trailing.get("grpc-status-details-bin")[0];
  const parsed = orUndefined(() => fromBinary(StatusSchema, bytes as Buffer));
  const status = parsed?.code === code ? parsed : undefined;
  const ours = findDetails(status, details.ErrorInfoSchema).find(
    ({ domain, reason }) => domain === ERROR_DOMAIN && reason !== "",
  );
  const believed = ours && status;
  const violations = findDetails(believed, details.BadRequestSchema)[0]?.fieldViolations ?? [];
  const requestId = findDetails(believed, details.RequestInfoSchema)[0]?.requestId;
  return {
    code,
    statusMessage,
    reason: ours?.reason ?? "",
    outcome: ours?.metadata["outcome"] === "NOT_APPLIED" ? "NOT_APPLIED" : "UNKNOWN",
    violations: violations.map(({ field, description }) => ({ field, description })),
    requestId: requestId || String(trailing.get("x-request-id")[0] ?? ""),
    retryDelayMs: readDelay(findDetails(believed, details.RetryInfoSchema)[0]?.retryDelay),
    metadata: ours?.metadata ?? {},
  };
}

/** The details of a type that parse. */
function findDetails<Desc extends DescMessage>(from: Status | undefined, type: Desc): MessageShape<Desc>[] {
  return from?.details.flatMap((detail) => orUndefined(() => anyUnpack(detail, type)) ?? []) ?? [];
}

/** Milliseconds, upwards; undefined where the Duration makes no sense. */
function readDelay({ seconds, nanos }: Partial<Duration> = {}): number | undefined {
  if (seconds === undefined || seconds < 0n || seconds > MAX_DURATION_SECONDS) return undefined;
  if (nanos === undefined || nanos < 0 || nanos > 999_999_999) return undefined;
  return Number(seconds) * 1000 + Math.ceil(nanos / 1e6);
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
