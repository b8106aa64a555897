package com.suprsend.gateway.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RequestInfo;
import com.google.rpc.RetryInfo;
import com.suprsend.gateway.v1.ErrorReason;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Why a call failed. {@link #getMessage} is one line for a log and tells no value of the request;
 * {@link #getCause} is gRPC's own error.
 *
 * <p>Unchecked, as gRPC's own is: calls are made in lambdas and futures, which take no checked one, and
 * most frameworks undo a transaction only for an unchecked one.
 */
public final class CancelWorkflowException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int MAX_MESSAGE_LENGTH = 500;
  private static final String DOMAIN = "suprsend-gateway";
  private static final Metadata.Key<String> REQUEST_ID =
      Metadata.Key.of("x-request-id", Metadata.ASCII_STRING_MARSHALLER);
  private static final com.google.rpc.Status NO_DETAILS = com.google.rpc.Status.getDefaultInstance();

  private final Status.Code code;
  private final String statusMessage;
  private final String reason;
  private final Outcome outcome;
  private final String requestId;
  private final Duration retryDelay; // Null where none came.

  @SuppressWarnings("serial") // The list and the map are of the JDK's serializable kinds.
  private final List<FieldViolation> violations;

  @SuppressWarnings("serial")
  private final Map<String, String> metadata;

  private CancelWorkflowException(Throwable error, com.google.rpc.Status details) {
    super(error);
    code = Status.fromThrowable(error).getCode();
    statusMessage = Objects.requireNonNullElse(Status.fromThrowable(error).getDescription(), "");
    ErrorInfo info = find(details, ErrorInfo.getDefaultInstance(),
        found -> found.getDomain().equals(DOMAIN) && !found.getReason().isEmpty());
    // Without our ErrorInfo the other details are not the gateway's either.
    com.google.rpc.Status ours = info.getReason().isEmpty() ? NO_DETAILS : details;
    reason = info.getReason();
    metadata = Map.copyOf(info.getMetadataMap());
    outcome = "NOT_APPLIED".equals(metadata.get("outcome")) ? Outcome.NOT_APPLIED : Outcome.UNKNOWN;
    violations = find(ours, BadRequest.getDefaultInstance(), found -> true).getFieldViolationsList().stream()
        .map(violation -> new FieldViolation(violation.getField(), violation.getDescription())).toList();
    RetryInfo retry = find(ours, RetryInfo.getDefaultInstance(), RetryInfo::hasRetryDelay);
    com.google.protobuf.Duration delay = retry.getRetryDelay();
    boolean sensible = retry.hasRetryDelay() && Durations.isValid(delay) && !Durations.isNegative(delay);
    retryDelay = sensible ? Duration.ofSeconds(delay.getSeconds(), delay.getNanos()) : null;
    String ofDetails = find(ours, RequestInfo.getDefaultInstance(), found -> true).getRequestId();
    requestId = ofDetails.isEmpty() ? requestId(Status.trailersFromThrowable(error)) : ofDetails;
  }

  /**
   * Reads gRPC's error, for those who use the generated stubs themselves. Its details are believed only if
   * they are a google.rpc.Status with the error's own code and with an ErrorInfo of the gateway; otherwise
   * reason is empty and outcome UNKNOWN.
   *
   * @param error a StatusRuntimeException or StatusException, or what has one as its cause; anything else
   *     counts as one with code UNKNOWN
   */
  public static CancelWorkflowException from(Throwable error) {
    com.google.rpc.Status details = null;
    try {
      details = StatusProto.fromThrowable(error);
    } catch (IllegalArgumentException e) {
      // They do not parse, or have another code.
    }
    return new CancelWorkflowException(error, Objects.requireNonNullElse(details, NO_DETAILS));
  }

  /** What this library found before anything was sent. */
  static CancelWorkflowException local(
      Status.Code code, ErrorReason reason, String message, List<FieldViolation> violations) {
    ErrorInfo info = ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN)
        .putMetadata("outcome", Outcome.NOT_APPLIED.name()).putMetadata("attempts", "0").build();
    BadRequest.Builder broken = BadRequest.newBuilder();
    violations.forEach(violation -> broken.addFieldViolationsBuilder()
        .setField(violation.field()).setDescription(violation.description()));
    com.google.rpc.Status status = com.google.rpc.Status.newBuilder()
        .setCode(code.value()).setMessage(message)
        .addDetails(Any.pack(info)).addDetails(Any.pack(broken.build())).build();
    return from(StatusProto.toStatusRuntimeException(status));
  }

  /** The gateway's x-request-id, or an empty string. {@code trailers} may be null. */
  static String requestId(Metadata trailers) {
    return trailers == null ? "" : Objects.requireNonNullElse(trailers.get(REQUEST_ID), "");
  }

  /** gRPC's code. */
  public Status.Code code() {
    return code;
  }

  /** The status' own message; can hold anything where something other than the gateway answered. */
  public String statusMessage() {
    return statusMessage;
  }

  /**
   * A name of {@link ErrorReason}, possibly newer than this library. Empty where the status has no ErrorInfo
   * of the gateway: a library or a proxy on the way made it, and its outcome is not known.
   */
  public String reason() {
    return reason;
  }

  /** Whether runs may have been cancelled. */
  public Outcome outcome() {
    return outcome;
  }

  /**
   * True where nothing was applied and the same request may fare better later: outcome NOT_APPLIED with code
   * UNAVAILABLE, RESOURCE_EXHAUSTED or DEADLINE_EXCEEDED (leave more time). Wait for {@link #retryDelay}
   * where there is one.
   */
  public boolean safeToRetry() {
    return outcome == Outcome.NOT_APPLIED
        && EnumSet.of(Status.Code.UNAVAILABLE, Status.Code.RESOURCE_EXHAUSTED, Status.Code.DEADLINE_EXCEEDED)
            .contains(code);
  }

  /** The rules that the request broke, where it broke one; an unmodifiable list. */
  public List<FieldViolation> violations() {
    return violations;
  }

  /** The gateway's request id, for its logs; empty where none came. */
  public String requestId() {
    return requestId;
  }

  /** When trying again makes sense, where that is known. */
  public Optional<Duration> retryDelay() {
    return Optional.ofNullable(retryDelay);
  }

  /**
   * What ErrorInfo has beside the reason: outcome and attempts, and where SuprSend answered http_status,
   * upstream_code and upstream_message. Unmodifiable.
   */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Code, reason, outcome, the status' message and the request id, in one line. */
  @Override
  public String getMessage() {
    String line = code + (reason.isEmpty() ? "" : " " + reason) + ", outcome " + outcome
        + (statusMessage.isEmpty() ? "" : ": " + abbreviate(statusMessage))
        + (requestId.isEmpty() ? "" : " (request " + requestId + ")");
    return line.replaceAll("\\p{Cntrl}+", " ");
  }

  /** A proxy may say much. */
  private static String abbreviate(String text) {
    return text.length() <= MAX_MESSAGE_LENGTH ? text : text.substring(0, MAX_MESSAGE_LENGTH) + "...";
  }

  /** The first detail of this type that parses and that {@code accept} takes; else {@code none}. */
  @SuppressWarnings("unchecked") // The class of a T is a Class<T>.
  private static <T extends Message> T find(com.google.rpc.Status details, T none, Predicate<T> accept) {
    for (Any any : details.getDetailsList()) {
      try {
        if (!any.is(none.getClass())) continue;
        T found = (T) any.unpack(none.getClass());
        if (accept.test(found)) return found;
      } catch (InvalidProtocolBufferException e) {
        continue; // A detail that does not parse counts as none.
      }
    }
    return none;
  }
}
