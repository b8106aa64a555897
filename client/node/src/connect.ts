import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import * as grpc from "@grpc/grpc-js";
import { readProperties } from "./read_properties";
import serviceConfig from "./service_config.json";

/**
 * mTLS by three PEM files. They are read again every second, for connections that begin after that; while
 * they do not fit together, new connections fail and are tried again.
 */
export interface TlsFiles {
  /** The authority that vouches for the gateway. */
  readonly caFile: string;
  /** Your certificate with its chain. */
  readonly certFile: string;
  readonly keyFile: string;
}

export interface WorkflowClientOptions {
  /** A gRPC target, usually "host:port"; calls are spread over all addresses that DNS has for it. */
  readonly target: string;
  /** Absent: in plaintext, for loopback, or where a mesh's sidecar encrypts. */
  readonly tls?: TlsFiles | undefined;
  /** grpc-js' channel options and interceptors, which win over those of this library. */
  readonly grpcOptions?: grpc.ClientOptions | undefined;
}

const TLS_REFRESH_INTERVAL_MS = 1000;
/** Of Node.js' timers: 24 days. A connection does not stand as long without a call or the gateway's end of it. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Throws a TypeError or an Error, as WorkflowClient's constructor says. */
export function connect(options: WorkflowClientOptions): grpc.Client {
  const kinds = { target: "a string", tls: "an object", grpcOptions: "an object" } as const;
  const { target, tls, grpcOptions } = readProperties("options", options, kinds);
  if (!target) throw new TypeError("options.target must be set");
  return new grpc.Client(target, tls ? createTlsCredentials(tls) : grpc.credentials.createInsecure(), {
    "grpc.service_config": JSON.stringify(serviceConfig),
    // Without this grpc-js asks DNS for another one with every look-up.
    "grpc.service_config_disable_resolution": 1,
    // The gateway is internal; a proxy of the environment does not lead there.
    "grpc.enable_http_proxy": 0,
    // A gateway that has died without a word is noticed while calls wait for it.
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 10_000,
    // Idle, grpc-js would look at the files no more, and take those of before for its next connection.
    ...(tls && { "grpc.client_idle_timeout_ms": LONGEST_TIMER_MS }),
    ...grpcOptions,
  });
}

function createTlsCredentials(tls: TlsFiles): grpc.ChannelCredentials {
  const kinds = { caFile: "a string", certFile: "a string", keyFile: "a string" } as const;
  const files = readProperties("tls", tls, kinds);
  // Tried here, since grpc-js would only log what is wrong, and fail every call.
  const load = (name: keyof TlsFiles, parse: (pem: Buffer) => unknown) => {
    try {
      const pem = readFileSync(files[name]);
      parse(pem);
      return pem;
    } catch (cause) {
      throw new Error(`tls.${name}: ${(cause as Error).message}`, { cause });
    }
  };
  const ca = load("caFile", (pem) => new X509Certificate(pem));
  const cert = load("certFile", (pem) => new X509Certificate(pem));
  load("keyFile", (key) => createSecureContext({ ca, cert, key }));
  // Experimental in grpc-js, which is why package.json holds to one minor version of it.
  const provider = new grpc.experimental.FileWatcherCertificateProvider({
    caCertificateFile: files.caFile,
    certificateFile: files.certFile,
    privateKeyFile: files.keyFile,
    refreshIntervalMs: TLS_REFRESH_INTERVAL_MS,
  });
  return grpc.experimental.createCertificateProviderChannelCredentials(provider, provider);
}
