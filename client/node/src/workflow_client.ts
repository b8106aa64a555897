import { fromBinary, toBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { type CancelRequest, encodeRequest, findViolations, readRequest } from "./cancel_request";
import { CancelWorkflowError } from "./cancel_workflow_error";
import { connect, type WorkflowClientOptions } from "./connect";
import { ErrorReason } from "./error_reason";
import type { FieldViolation } from "./failure";
import * as proto from "./generated/suprsend/gateway/v1/workflow_service_pb";
import { readProperties } from "./read_properties";
import { setTraceparent } from "./trace_context";

/** The gateway's own default for callers without a deadline. */
export const DEFAULT_TIMEOUT_MS = 10_000;
/** A longer timeout counts as this one; the gateway itself gives a call 30 s at most. */
export const MAX_TIMEOUT_MS = 3_600_000;

export interface CallOptions {
  /** From now to the call's deadline, in milliseconds; DEFAULT_TIMEOUT_MS where absent. */
  readonly timeoutMs?: number | undefined;
  /**
   * Cancels the call when it is aborted. It is let go of when the call ends. Where more than ten calls at a
   * time share one, Node warns, unless events.setMaxListeners says otherwise.
   */
  readonly signal?: AbortSignal | undefined;
}

export interface CancelReply {
  /** The runs that were cancelled; empty where none matched. */
  readonly executionIds: readonly string[];
  /** The list may lack runs that were cancelled. */
  readonly executionIdsMayBeIncomplete: boolean;
  /** How many ids SuprSend named; the list can be shorter. */
  readonly cancelledCount: bigint;
  /** Empty where none came. */
  readonly requestId: string;
}

const METHOD = `/${proto.WorkflowService.typeName}/${proto.WorkflowService.method.cancelWorkflow.name}`;

/**
 * Calls a suprsend-gateway. Make one and keep it: it takes any number of calls at a time, over connections
 * that the first call makes and that are made anew when they are lost.
 */
export class WorkflowClient {
  /** grpc-js' client underneath, for other calls over the same connections. */
  readonly grpcClient: grpc.Client;

  /**
   * Connects nothing yet. Throws a TypeError for options that are none, an unknown one included, and an
   * Error that names what is wrong for a file that does not serve or a target that is none.
   */
  constructor(options: WorkflowClientOptions) {
    this.grpcClient = connect(options);
  }

  /**
   * Cancels the running workflow executions that match every filter of `request`.
   *
   * Rejects with a CancelWorkflowError where the call failed; with a TypeError, before anything is sent,
   * where an argument has a wrong type or an unknown property; and with a plain Error after close().
   *
   * A timeoutMs of zero or less is DEADLINE_EXCEEDED, reason DEADLINE_BEFORE_SEND, and a signal that is
   * aborted already CANCELLED, reason CALLER_CANCELLED: nothing is sent. Aborted later, the call is
   * CANCELLED with, as a rule, no reason and outcome UNKNOWN.
   */
  async cancelWorkflow(request: CancelRequest, options: CallOptions = {}): Promise<CancelReply> {
    const filters = readRequest(request);
    const kinds = { timeoutMs: "a number", signal: "an AbortSignal" } as const;
    const { timeoutMs = DEFAULT_TIMEOUT_MS, signal } = readProperties("options", options, kinds);
    refuseLocally(filters, timeoutMs, signal);

    const metadata = new grpc.Metadata();
    setTraceparent(metadata);
    const deadline = Date.now() + Math.ceil(Math.min(timeoutMs, MAX_TIMEOUT_MS));
    let call: grpc.ClientUnaryCall | undefined;
    let trailing: grpc.Metadata | undefined;
    const cancel = () => call?.cancel();
    try {
      const response = await new Promise<proto.CancelWorkflowResponse>((resolve, reject) => {
        const done: grpc.requestCallback<proto.CancelWorkflowResponse> = (error, value) =>
          value ? resolve(value) : reject(error);
        const message = encodeRequest(filters);
        call = this.grpcClient.makeUnaryRequest(
          METHOD,
          serialize,
          parse,
          message,
          metadata,
          { deadline },
          done,
        );
        call.on("status", (status) => (trailing = status.metadata));
        signal?.addEventListener("abort", cancel);
      });
      const { executionIds, executionIdsMayBeIncomplete, cancelledCount } = response;
      const requestId = String(trailing?.get("x-request-id")[0] ?? "");
      return { executionIds, executionIdsMayBeIncomplete, cancelledCount, requestId };
    } catch (error) {
      throw isServiceError(error) ? CancelWorkflowError.from(error) : error;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  /** Takes no more calls; those under way end by themselves. With mTLS the process does not end before. */
  close(): void {
    this.grpcClient.close();
  }
}

function refuseLocally(request: CancelRequest, timeoutMs: number, signal?: AbortSignal): void {
  const { INVALID_ARGUMENT, DEADLINE_EXCEEDED, CANCELLED } = grpc.status;
  const violations = findViolations(request);
  if (violations.length > 0) {
    const message = "a filter breaks a rule; nothing was sent";
    throw localFailure(INVALID_ARGUMENT, ErrorReason.INVALID_FILTER, message, { violations });
  }
  if (timeoutMs <= 0) {
    const message = "the deadline passed before anything was sent";
    throw localFailure(DEADLINE_EXCEEDED, ErrorReason.DEADLINE_BEFORE_SEND, message);
  }
  if (signal?.aborted) {
    const message = "the caller cancelled before anything was sent";
    throw localFailure(CANCELLED, ErrorReason.CALLER_CANCELLED, message, { cause: signal.reason });
  }
}

function localFailure(
  code: grpc.status,
  reason: string,
  statusMessage: string,
  { violations = [], ...options }: ErrorOptions & { violations?: FieldViolation[] } = {},
): CancelWorkflowError {
  const outcome = "NOT_APPLIED";
  const rest = { requestId: "", retryDelayMs: undefined, metadata: { outcome, attempts: "0" } } as const;
  return new CancelWorkflowError({ code, reason, outcome, statusMessage, violations, ...rest }, options);
}

function serialize(request: proto.CancelWorkflowRequest): Buffer {
  return Buffer.from(toBinary(proto.CancelWorkflowRequestSchema, request));
}

function parse(bytes: Buffer): proto.CancelWorkflowResponse {
  return fromBinary(proto.CancelWorkflowResponseSchema, bytes);
}

function isServiceError(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && "code" in error && "details" in error && "metadata" in error;
}
