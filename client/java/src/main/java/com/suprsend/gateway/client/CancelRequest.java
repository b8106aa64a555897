package com.suprsend.gateway.client;

import com.suprsend.gateway.v1.CancelWorkflowRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which running workflow executions to cancel: those that match every filter that is set. At least
 * one must be. workflow_service.proto has the rules; values are sent as they are, even empty ones,
 * and the gateway refuses what breaks a rule.
 *
 * <p>Two things never leave the process, since they could not arrive as they were meant: a list of
 * recipients that is set but empty (on the wire it is the same as no list, which does not mean
 * "nobody" but "everybody"), and a string with a lone surrogate, which UTF-8 cannot hold. The call
 * then fails with INVALID_ARGUMENT, reason INVALID_FILTER, and names every such field.
 *
 * <p>Immutable, so that any thread may use it. {@code toString} tells no values.
 */
public final class CancelRequest {
  private final CancelWorkflowRequest message;
  private final boolean recipientsSet; // The message cannot tell an empty list from none.

  private CancelRequest(Builder builder) {
    message = builder.message.build();
    recipientsSet = builder.recipientsSet;
  }

  /** A builder with no filter set. */
  public static Builder builder() {
    return new Builder();
  }

  /** One run, by its id as SuprSend shows it in the workflow logs. */
  public Optional<String> executionId() {
    return message.hasExecutionId() ? Optional.of(message.getExecutionId()) : Optional.empty();
  }

  /** The recipients whose runs are cancelled; an unmodifiable list. */
  public Optional<List<String>> recipients() {
    return recipientsSet ? Optional.of(message.getRecipientsList()) : Optional.empty();
  }

  /** The idempotency key that the workflow was triggered with. */
  public Optional<String> idempotencyKey() {
    return message.hasIdempotencyKey() ? Optional.of(message.getIdempotencyKey()) : Optional.empty();
  }

  /** The workflow whose runs are cancelled. */
  public Optional<String> workflowSlug() {
    return message.hasWorkflowSlug() ? Optional.of(message.getWorkflowSlug()) : Optional.empty();
  }

  /** Whether the request is only checked. */
  public boolean validateOnly() {
    return message.getValidateOnly();
  }

  /** True for a request with the same filters, set or not, and the same values. */
  @Override
  public boolean equals(Object other) {
    return other instanceof CancelRequest that
        && recipientsSet == that.recipientsSet && message.equals(that.message);
  }

  @Override
  public int hashCode() {
    return message.hashCode();
  }

  /** What is sent; faithful only where there are no violations. */
  CancelWorkflowRequest message() {
    return message;
  }

  /** What must not be sent, by field. */
  List<FieldViolation> violations() {
    List<FieldViolation> violations = new ArrayList<>();
    executionId().ifPresent(value -> checkUnicode("execution_id", value, violations));
    if (recipientsSet && message.getRecipientsCount() == 0) {
      violations.add(new FieldViolation("recipients", "is set but empty, which would not narrow the cancel"));
    }
    for (int i = 0; i < message.getRecipientsCount(); ++i) {
      checkUnicode("recipients[" + i + "]", message.getRecipients(i), violations);
    }
    idempotencyKey().ifPresent(value -> checkUnicode("idempotency_key", value, violations));
    workflowSlug().ifPresent(value -> checkUnicode("workflow_slug", value, violations));
    return violations;
  }

  private static void checkUnicode(String field, String value, List<FieldViolation> violations) {
    // Protobuf would send a question mark for a lone surrogate, which is another recipient.
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(value)) {
      violations.add(new FieldViolation(field, "is not valid Unicode"));
    }
  }

  /**
   * Sets filters. What is not set is absent, which is not the same as empty. Every method throws a
   * {@link NullPointerException} that names the field where it is given null: leave a filter out by
   * not calling its method. Not for several threads at a time.
   */
  public static final class Builder {
    private final CancelWorkflowRequest.Builder message = CancelWorkflowRequest.newBuilder();
    private boolean recipientsSet;

    private Builder() {}

    /** One run, by its id as SuprSend shows it in the workflow logs. At most 1,024 code points. */
    public Builder executionId(String executionId) {
      message.setExecutionId(Objects.requireNonNull(executionId, "executionId"));
      return this;
    }

    /**
     * Recipients (distinct_id or contact info) whose runs are cancelled, instead of those set
     * before; each at most 1,024 code points. Must not be empty: the call is then refused.
     */
    public Builder recipients(Iterable<String> recipients) {
      // First: who catches what is thrown below still has a request that is refused, and not a wider one.
      recipientsSet = true;
      message.clearRecipients();
      for (String recipient : Objects.requireNonNull(recipients, "recipients")) {
        String field = "recipients[" + message.getRecipientsCount() + "]";
        message.addRecipients(Objects.requireNonNull(recipient, field));
      }
      return this;
    }

    /** As {@link #recipients(Iterable)}. */
    public Builder recipients(String... recipients) {
      return recipients(Arrays.asList(Objects.requireNonNull(recipients, "recipients")));
    }

    /** The idempotency key that the workflow was triggered with. At most 255 code points. */
    public Builder idempotencyKey(String idempotencyKey) {
      message.setIdempotencyKey(Objects.requireNonNull(idempotencyKey, "idempotencyKey"));
      return this;
    }

    /** The workflow whose runs are cancelled. At most 255 code points. */
    public Builder workflowSlug(String workflowSlug) {
      message.setWorkflowSlug(Objects.requireNonNull(workflowSlug, "workflowSlug"));
      return this;
    }

    /** True: only check the request. Success says that it would have been sent. */
    public Builder validateOnly(boolean validateOnly) {
      message.setValidateOnly(validateOnly);
      return this;
    }

    /** The request as it is set now; the builder can be used on. */
    public CancelRequest build() {
      return new CancelRequest(this);
    }
  }
}
