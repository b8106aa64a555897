// Makes a call through the client library for each JSON object that comes in on stdin, and says on stdout, as
// JSON too, how it ended.
import { createInterface } from "node:readline";
import { fromBinary } from "@bufbuild/protobuf";
import * as grpc from "@grpc/grpc-js";
import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  type CancelReply,
  type CancelRequest,
  CancelWorkflowError,
  type CallOptions,
  DEFAULT_TIMEOUT_MS,
  status,
  type TlsFiles,
  WorkflowClient,
} from "suprsend-gateway-client";
import { CancelWorkflowResponseSchema, WorkflowService } from "suprsend-gateway-client/proto";

interface Input {
  target: string;
  tls?: { ca_file: string; cert_file: string; key_file: string };
  request?: Record<string, unknown>;
  wire?: string;
  timeout_ms?: number;
  cancel_after_ms?: number;
  traceparent?: string;
}

const NAMES: Record<string, string> = {
  execution_id: "executionId",
  recipients: "recipients",
  idempotency_key: "idempotencyKey",
  workflow_slug: "workflowSlug",
  validate_only: "validateOnly",
};

const clients = new Map<string, WorkflowClient>();

function clientFor({ target, tls }: Input): WorkflowClient {
  const key = JSON.stringify([target, tls]);
  let client = clients.get(key);
  if (client === undefined) {
    const files: TlsFiles | undefined = tls && {
      caFile: tls.ca_file,
      certFile: tls.cert_file,
      keyFile: tls.key_file,
    };
    client = new WorkflowClient({ target, tls: files });
    clients.set(key, client);
  }
  return client;
}

// Some inputs are of a wrong type, as a user of plain JavaScript may give them.
function readRequest(request: Record<string, unknown>): CancelRequest {
  const read = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(read);
    return typeof value === "object" && value !== null && "not_unicode" in value ? "a\ud800b" : value;
  };
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) => [NAMES[name] ?? name, read(value)]),
  );
}

/** Sends bytes as the message, and reads the answer as the library does. */
async function sendWire(
  client: grpc.Client,
  wire: Buffer,
  { timeoutMs, signal }: CallOptions,
): Promise<CancelReply> {
  const path = `/${WorkflowService.typeName}/${WorkflowService.method.cancelWorkflow.name}`;
  const asIs = (bytes: Buffer) => bytes;
  const parse = (bytes: Buffer) => fromBinary(CancelWorkflowResponseSchema, bytes);
  const options = { deadline: Date.now() + (timeoutMs ?? DEFAULT_TIMEOUT_MS) };
  return new Promise((resolve, reject) => {
    let reply: Omit<CancelReply, "requestId">;
    const call = client.makeUnaryRequest(
      path,
      asIs,
      parse,
      wire,
      new grpc.Metadata(),
      options,
      (error, value) => {
        if (value) reply = value;
        else reject(CancelWorkflowError.from(error as grpc.ServiceError));
      },
    );
    call.on("status", ({ metadata }) => {
      resolve({ ...reply, requestId: String(metadata.get("x-request-id")[0] ?? "") });
    });
    signal?.addEventListener("abort", () => call.cancel());
  });
}

function contextOf(traceparent: string | undefined) {
  const [, traceId, spanId, flags] = traceparent?.split("-") ?? [];
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT;
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: parseInt(flags, 16),
    isRemote: true,
  });
}

async function call(input: Input): Promise<CancelReply> {
  const client = clientFor(input);
  const stop = new AbortController();
  const options = { timeoutMs: input.timeout_ms, signal: stop.signal };
  if (input.cancel_after_ms === 0) stop.abort();
  const timer = input.cancel_after_ms ? setTimeout(() => stop.abort(), input.cancel_after_ms) : undefined;
  try {
    return await context.with(contextOf(input.traceparent), () => {
      if (input.wire !== undefined)
        return sendWire(client.grpcClient, Buffer.from(input.wire, "base64"), options);
      return client.cancelWorkflow(readRequest(input.request ?? {}), options);
    });
  } finally {
    clearTimeout(timer);
  }
}

function describe(error: unknown): object {
  if (!(error instanceof CancelWorkflowError)) return { crash: String(error) };
  return {
    failure: {
      code: status[error.code] ?? `CODE_${error.code}`,
      text: error.message,
      message: error.statusMessage,
      reason: error.reason,
      outcome: error.outcome,
      safe_to_retry: error.safeToRetry,
      violations: error.violations,
      request_id: error.requestId,
      retry_delay_ms: error.retryDelayMs ?? null,
      metadata: error.metadata,
    },
  };
}

async function answer(line: string): Promise<object> {
  try {
    const reply = await call(JSON.parse(line) as Input);
    return {
      reply: {
        execution_ids: reply.executionIds,
        execution_ids_may_be_incomplete: reply.executionIdsMayBeIncomplete,
        cancelled_count: String(reply.cancelledCount), // A number of JavaScript's would not hold it.
        request_id: reply.requestId,
      },
    };
  } catch (error) {
    return describe(error);
  }
}

async function main(): Promise<void> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(line))}\n`);
  }
  for (const client of clients.values()) client.close();
}

void main();
