import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.suprsend.gateway.client.CancelReply;
import com.suprsend.gateway.client.CancelRequest;
import com.suprsend.gateway.client.CancelWorkflowException;
import com.suprsend.gateway.client.WorkflowClient;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Makes one call for each line of standard input, a JSON object, and writes what came of it. */
final class Testee {
  private static final Gson GSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private static final Map<String, WorkflowClient> CLIENTS = new HashMap<>();
  private static final ScheduledExecutorService TIMER = Executors.newScheduledThreadPool(1, task -> {
    Thread thread = new Thread(task, "timer");
    thread.setDaemon(true);
    return thread;
  });

  /** What calls of this thread send in place of their message; null for the message. */
  private static final ThreadLocal<byte[]> WIRE = new ThreadLocal<>();

  private Testee() {}

  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(GSON.toJson(answer(JsonParser.parseString(line).getAsJsonObject())));
    }
    CLIENTS.values().forEach(WorkflowClient::close);
  }

  private static Map<String, Object> answer(JsonObject input) {
    Scope scope = traceparent(input).makeCurrent();
    if (input.has("wire")) WIRE.set(Base64.getDecoder().decode(input.get("wire").getAsString()));
    try {
      WorkflowClient client =
          CLIENTS.computeIfAbsent(input.get("target") + " " + input.get("tls"), key -> connect(input));
      boolean async = input.has("style") && input.get("style").getAsString().equals("async");
      CancelRequest request = request(input);
      return Map.of("reply", async ? async(client, request, input) : blocking(client, request, input));
    } catch (CancelWorkflowException e) {
      return Map.of("failure", failure(e));
    } catch (CancellationException e) {
      // Of a future that was cancelled after the call had been sent: Java gives no more than that.
      return Map.of("failure", failure(CancelWorkflowException.from(io.grpc.Status.CANCELLED.asException())));
    } catch (RuntimeException | InterruptedException e) {
      return Map.of("crash", e.toString());
    } finally {
      WIRE.remove();
      scope.close();
    }
  }

  private static WorkflowClient connect(JsonObject input) {
    String target = input.get("target").getAsString();
    if (!input.has("tls")) return WorkflowClient.plaintext(target, Testee::sendRawBytes);
    JsonObject tls = input.getAsJsonObject("tls");
    return WorkflowClient.mutualTls(
        target, path(tls, "ca_file"), path(tls, "cert_file"), path(tls, "key_file"), Testee::sendRawBytes);
  }

  private static Path path(JsonObject tls, String name) {
    return tls.has(name) ? Path.of(tls.get(name).getAsString()) : null;
  }

  private static Map<String, Object> blocking(WorkflowClient client, CancelRequest request, JsonObject input)
      throws InterruptedException {
    Optional<Long> cancelAfter = number(input, "cancel_after_ms");
    Thread caller = Thread.currentThread();
    if (cancelAfter.equals(Optional.of(0L))) caller.interrupt();
    var interruption = cancelAfter.filter(ms -> ms > 0)
        .map(ms -> TIMER.schedule(caller::interrupt, ms, TimeUnit.MILLISECONDS));
    try {
      Optional<Duration> timeout = number(input, "timeout_ms").map(Duration::ofMillis);
      return reply(timeout.isPresent()
          ? client.cancelWorkflow(request, timeout.get())
          : client.cancelWorkflow(request));
    } finally {
      interruption.ifPresent(pending -> pending.cancel(false));
      Thread.interrupted();
    }
  }

  /** Cancelled before the call means in a Context that is; later means the future's own cancel. */
  private static Map<String, Object> async(WorkflowClient client, CancelRequest request, JsonObject input) {
    Optional<Long> cancelAfter = number(input, "cancel_after_ms");
    var context = io.grpc.Context.current().withCancellation();
    if (cancelAfter.equals(Optional.of(0L))) context.cancel(null);
    CompletableFuture<CancelReply> future;
    io.grpc.Context before = context.attach();
    try {
      Optional<Duration> timeout = number(input, "timeout_ms").map(Duration::ofMillis);
      future = timeout.isPresent()
          ? client.cancelWorkflowAsync(request, timeout.get())
          : client.cancelWorkflowAsync(request);
    } finally {
      context.detach(before);
    }
    cancelAfter.filter(ms -> ms > 0)
        .ifPresent(ms -> TIMER.schedule(() -> future.cancel(true), ms, TimeUnit.MILLISECONDS));
    try {
      return reply(future.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      context.cancel(null);
    }
  }

  private static CancelRequest request(JsonObject input) {
    CancelRequest.Builder builder = CancelRequest.builder();
    if (!input.has("request")) return builder.build(); // "wire" takes its place.
    for (Map.Entry<String, JsonElement> field : input.getAsJsonObject("request").entrySet()) {
      JsonElement value = field.getValue();
      switch (field.getKey()) {
        case "execution_id" -> builder.executionId(text(value));
        case "recipients" -> builder.recipients(texts(value));
        case "idempotency_key" -> builder.idempotencyKey(text(value));
        case "workflow_slug" -> builder.workflowSlug(text(value));
        case "validate_only" -> builder.validateOnly(value.getAsBoolean());
        default -> throw new IllegalArgumentException(field.getKey());
      }
    }
    return builder.build();
  }

  private static List<String> texts(JsonElement value) {
    if (value.isJsonNull()) return null;
    List<String> texts = new ArrayList<>();
    value.getAsJsonArray().forEach(element -> texts.add(text(element)));
    return texts;
  }

  private static String text(JsonElement value) {
    if (value.isJsonNull()) return null;
    return value.isJsonObject() ? "a\ud800b" : value.getAsString();
  }

  private static Optional<Long> number(JsonObject input, String name) {
    return input.has(name) ? Optional.of(input.get(name).getAsLong()) : Optional.empty();
  }

  private static Map<String, Object> reply(CancelReply reply) {
    return Map.of(
        "execution_ids", reply.executionIds(),
        "execution_ids_may_be_incomplete", reply.executionIdsMayBeIncomplete(),
        "cancelled_count", reply.cancelledCount(),
        "request_id", reply.requestId());
  }

  private static Map<String, Object> failure(CancelWorkflowException e) {
    Map<String, Object> failure = new LinkedHashMap<>();
    failure.put("code", e.code().name());
    failure.put("text", e.getMessage());
    failure.put("message", e.statusMessage());
    failure.put("reason", e.reason());
    failure.put("outcome", e.outcome().name());
    failure.put("safe_to_retry", e.safeToRetry());
    failure.put("violations", e.violations().stream()
        .map(broken -> Map.of("field", broken.field(), "description", broken.description())).toList());
    failure.put("request_id", e.requestId());
    failure.put("retry_delay_ms", e.retryDelay().map(Duration::toMillis).orElse(null));
    failure.put("metadata", e.metadata());
    return failure;
  }

  private static Context traceparent(JsonObject input) {
    if (!input.has("traceparent")) return Context.root();
    String[] parts = input.get("traceparent").getAsString().split("-"); // version, trace, span, flags
    SpanContext span = SpanContext.createFromRemoteParent(
        parts[1], parts[2], TraceFlags.fromHex(parts[3], 0), TraceState.getDefault());
    return Context.root().with(Span.wrap(span));
  }

  private static void sendRawBytes(ManagedChannelBuilder<?> builder) {
    builder.intercept(new ClientInterceptor() {
      @Override
      public <Q, R> ClientCall<Q, R> interceptCall(
          MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
        byte[] bytes = WIRE.get();
        if (bytes == null) return next.newCall(method, options);
        var raw = method.toBuilder(new RawBytes<Q>(bytes), method.getResponseMarshaller()).build();
        return new SimpleForwardingClientCall<Q, R>(next.newCall(raw, options)) {};
      }
    });
  }

  private record RawBytes<Q>(byte[] bytes) implements MethodDescriptor.Marshaller<Q> {
    @Override
    public InputStream stream(Q value) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public Q parse(InputStream stream) {
      throw new UnsupportedOperationException();
    }
  }
}
