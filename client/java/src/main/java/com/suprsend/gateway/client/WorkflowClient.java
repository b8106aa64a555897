package com.suprsend.gateway.client;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.gson.Gson;
import com.google.gson.reflect.TypeToken;
import com.suprsend.gateway.v1.CancelWorkflowResponse;
import com.suprsend.gateway.v1.ErrorReason;
import com.suprsend.gateway.v1.WorkflowServiceGrpc;
import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * Calls a suprsend-gateway. Any thread may use it, with any number of calls at a time. It spreads
 * calls over all addresses of its target, leaves a gateway that is about to stop, and repeats what
 * the gateway did not take. Connections are made by the first call, and anew when they are lost. No
 * proxy of the environment is used: the gateway is an internal service.
 *
 * <p>There always is a deadline: the timeout that a call gives; else that of the current {@link
 * Context}; else {@link #DEFAULT_TIMEOUT}. An earlier one of the Context counts in any case.
 *
 * <p>All failures of a call are a {@link CancelWorkflowException}.
 */
public final class WorkflowClient implements AutoCloseable {
  /** The timeout of a call that gives none: 10 s. The gateway gives a call 30 s at most. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  private final ManagedChannel channel;
  private final Runnable onClose;

  private WorkflowClient(String target, ChannelCredentials credentials,
      Consumer<ManagedChannelBuilder<?>> extras, Runnable onClose) {
    ManagedChannelBuilder<?> builder = Grpc.newChannelBuilder(target, credentials);
    // gRPC runs the interceptor first that it was given last, so ours sees what those of extras add.
    builder.intercept(new Traceparent()).proxyDetector(address -> null)
        .disableServiceConfigLookUp().defaultServiceConfig(serviceConfig())
        // A gateway that has died without a word is noticed while calls wait for it.
        .keepAliveTime(30, TimeUnit.SECONDS).keepAliveTimeout(10, TimeUnit.SECONDS);
    extras.accept(builder);
    this.channel = builder.build();
    this.onClose = onClose;
  }

  /** As {@link #plaintext(String, Consumer)}, without extras. */
  public static WorkflowClient plaintext(String target) {
    return plaintext(target, builder -> {});
  }

  /**
   * Connects in plaintext: for loopback, or where a mesh's sidecar encrypts.
   *
   * @param target a gRPC target, usually {@code host:port}
   * @param extras gets gRPC's builder after this library has set it up, for what else it can do:
   *     {@code b -> b.intercept(...)}
   * @throws IllegalArgumentException where gRPC does not understand the target
   */
  public static WorkflowClient plaintext(String target, Consumer<ManagedChannelBuilder<?>> extras) {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(extras, "extras");
    return new WorkflowClient(target, InsecureChannelCredentials.create(), extras, () -> {});
  }

  /** As {@link #mutualTls(String, Path, Path, Path, Consumer)}, without extras. */
  public static WorkflowClient mutualTls(String target, Path caFile, Path certificateFile, Path keyFile) {
    return mutualTls(target, caFile, certificateFile, keyFile, builder -> {});
  }

  /**
   * Connects with TLS, and shows a certificate. The files are PEM. A daemon thread of this client looks at
   * them each second until {@link #close}, and connections made after that use the new ones. They are taken
   * as a whole or not at all: while one cannot be used, or certificate and key do not fit, the last good
   * ones stay in use, and a warning to the java.util.logging logger of this class's name says why.
   *
   * @param target a gRPC target, usually {@code host:port}; the gateway's certificate must name the
   *     host
   * @param caFile the authorities that vouch for the gateway
   * @param certificateFile the certificate to show, and its chain
   * @param keyFile its private key, RSA or EC, in PKCS#8, not encrypted
   * @param extras as for {@link #plaintext(String, Consumer)}
   * @throws IllegalArgumentException where a file cannot be used or certificate and key do not fit, with
   *     their names, or gRPC does not understand the target
   */
  public static WorkflowClient mutualTls(String target, Path caFile, Path certificateFile, Path keyFile,
      Consumer<ManagedChannelBuilder<?>> extras) {
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(extras, "extras");
    TlsFiles files = new TlsFiles(caFile, certificateFile, keyFile);
    try {
      return new WorkflowClient(target, files.credentials(), extras, files::close);
    } catch (RuntimeException e) {
      files.close();
      throw e;
    }
  }

  /** As {@link #cancelWorkflow(CancelRequest, Duration)}, with the default deadline. */
  public CancelReply cancelWorkflow(CancelRequest request) {
    return call(request, deadline());
  }

  /**
   * Blocks until the gateway has answered or the deadline has passed. Ends early, as CANCELLED, where
   * the thread is interrupted (it stays so) or the current {@link Context} is cancelled: with outcome
   * NOT_APPLIED if that was so before the call, and nothing was sent, else UNKNOWN.
   *
   * @param timeout from now; zero or less fails with DEADLINE_EXCEEDED, and nothing is sent
   * @throws CancelWorkflowException for every failure
   */
  public CancelReply cancelWorkflow(CancelRequest request, Duration timeout) {
    return call(request, deadline(timeout));
  }

  /** As {@link #cancelWorkflowAsync(CancelRequest, Duration)}, with the default deadline. */
  public CompletableFuture<CancelReply> cancelWorkflowAsync(CancelRequest request) {
    return start(request, deadline());
  }

  /**
   * Returns at once. The future fails with a {@link CancelWorkflowException}, also for what was not
   * sent. Cancelling this future (not one derived from it) cancels the call; as ever with Java's
   * futures that gives a CancellationException, and runs may have been cancelled. Its actions run on
   * a thread of the channel's executor and may block it. A cancelled {@link Context} cancels the
   * call too: a handler that ends before its call does runs it in {@code Context.current().fork()}.
   *
   * @param timeout from now; zero or less fails with DEADLINE_EXCEEDED, and nothing is sent
   */
  public CompletableFuture<CancelReply> cancelWorkflowAsync(CancelRequest request, Duration timeout) {
    return start(request, deadline(timeout));
  }

  /** Takes no more calls; those under way go on to their end. Does not wait for them. */
  @Override
  public void close() {
    channel.shutdown();
    onClose.run();
  }

  private CancelReply call(CancelRequest request, Deadline deadline) {
    refuse(request, deadline, Thread.currentThread().isInterrupted());
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    try {
      return reply(
          WorkflowServiceGrpc.newBlockingStub(capturing(trailers)).withDeadline(deadline)
              .cancelWorkflow(request.message()),
          trailers.get());
    } catch (StatusRuntimeException e) {
      throw CancelWorkflowException.from(e);
    }
  }

  private CompletableFuture<CancelReply> start(CancelRequest request, Deadline deadline) {
    try {
      refuse(request, deadline, false);
    } catch (CancelWorkflowException e) {
      return CompletableFuture.failedFuture(e);
    }
    AtomicReference<Metadata> trailers = new AtomicReference<>();
    ListenableFuture<CancelWorkflowResponse> call = WorkflowServiceGrpc.newFutureStub(capturing(trailers))
        .withDeadline(deadline).cancelWorkflow(request.message());
    CompletableFuture<CancelReply> result = new CompletableFuture<>();
    Runnable complete = () -> {
      try {
        result.complete(reply(Futures.getDone(call), trailers.get()));
      } catch (ExecutionException e) {
        result.completeExceptionally(CancelWorkflowException.from(e.getCause()));
      } catch (CancellationException e) {
        // By the line below, so the result is complete already.
      }
    };
    call.addListener(complete, Runnable::run);
    // Whoever else completes the future, such as cancel() and orTimeout(), ends the call.
    result.whenComplete((reply, failure) -> call.cancel(true));
    return result;
  }

  private static void refuse(CancelRequest request, Deadline deadline, boolean interrupted) {
    List<FieldViolation> violations = Objects.requireNonNull(request, "request").violations();
    if (!violations.isEmpty()) {
      throw CancelWorkflowException.local(Status.Code.INVALID_ARGUMENT, ErrorReason.INVALID_FILTER,
          "a filter breaks a rule; nothing was sent", violations);
    }
    if (deadline.isExpired()) {
      throw CancelWorkflowException.local(Status.Code.DEADLINE_EXCEEDED, ErrorReason.DEADLINE_BEFORE_SEND,
          "the deadline passed before anything was sent", List.of());
    }
    if (interrupted || Context.current().isCancelled()) {
      throw CancelWorkflowException.local(Status.Code.CANCELLED, ErrorReason.CALLER_CANCELLED,
          "the caller cancelled before anything was sent", List.of());
    }
  }

  private static Deadline deadline() {
    Deadline ofContext = Context.current().getDeadline();
    return ofContext != null ? ofContext : deadline(DEFAULT_TIMEOUT);
  }

  private static Deadline deadline(Duration timeout) {
    Objects.requireNonNull(timeout, "timeout");
    // Both of these bring what is too large down to what they can hold.
    Deadline own = Deadline.after(TimeUnit.NANOSECONDS.convert(timeout), TimeUnit.NANOSECONDS);
    Deadline ofContext = Context.current().getDeadline();
    return ofContext != null ? ofContext.minimum(own) : own;
  }

  private Channel capturing(AtomicReference<Metadata> trailers) {
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newCaptureMetadataInterceptor(new AtomicReference<>(), trailers));
  }

  private static CancelReply reply(CancelWorkflowResponse response, Metadata trailers) {
    return new CancelReply(response.getExecutionIdsList(), response.getExecutionIdsMayBeIncomplete(),
        response.getCancelledCount(), CancelWorkflowException.requestId(trailers));
  }

  private static Map<String, ?> serviceConfig() {
    InputStream file = WorkflowClient.class.getResourceAsStream("service_config.json");
    try (Reader json = new InputStreamReader(file, StandardCharsets.UTF_8)) {
      return new Gson().fromJson(json, new TypeToken<Map<String, ?>>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
