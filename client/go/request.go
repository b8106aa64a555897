package suprsendgateway

import (
	"fmt"
	"unicode/utf8"

	"suprsend-gateway.internal/client/go/gatewayv1"
)

// CancelRequest says which running workflow executions to cancel: those that match every filter that is
// set. At least one must be. Nil is a filter that is not set; new("order-confirmation") sets one. Values are
// sent as they are, even empty ones, and the gateway refuses what breaks a rule.
//
// Two things never leave the process, since they could not arrive as they were meant: recipients that are
// set but empty, and a value that is not valid UTF-8. The call then fails with InvalidArgument, reason
// INVALID_FILTER, and a violation for each such field.
type CancelRequest struct {
	// One run, by its id as SuprSend shows it in the workflow logs. At most 1,024 code points.
	ExecutionID *string
	// Recipients (distinct_id or contact info) whose runs are cancelled, each at most 1,024 code points; as
	// Recipients(list...). A list that is set and empty is refused, a nil slice too: what your code computed
	// and is empty must not cancel everybody's runs.
	Recipients *[]string
	// The key that the workflow was triggered with. At most 255 code points.
	IdempotencyKey *string
	// The workflow whose runs are cancelled. At most 255 code points.
	WorkflowSlug *string
	// Only check the request: success, with an empty reply, says that it would have been sent.
	ValidateOnly bool
}

// Recipients is a list for CancelRequest, set even where it holds nobody.
func Recipients(recipients ...string) *[]string { return &recipients }

// What must not be sent; empty where r can be encoded.
func (r CancelRequest) violations() (violations []FieldViolation) {
	check := func(field string, value *string) {
		if value != nil && !utf8.ValidString(*value) {
			violations = append(violations, FieldViolation{field, "is not valid Unicode"})
		}
	}
	check("execution_id", r.ExecutionID)
	if r.Recipients != nil && len(*r.Recipients) == 0 {
		violations = append(violations,
			FieldViolation{"recipients", "is set but empty, which would not narrow the cancel"})
	}
	recipients := r.recipients()
	for i := range recipients {
		check(fmt.Sprintf("recipients[%d]", i), &recipients[i])
	}
	check("idempotency_key", r.IdempotencyKey)
	check("workflow_slug", r.WorkflowSlug)
	return violations
}

func (r CancelRequest) recipients() []string {
	if r.Recipients == nil {
		return nil
	}
	return *r.Recipients
}

func (r CancelRequest) encode() *gatewayv1.CancelWorkflowRequest {
	return &gatewayv1.CancelWorkflowRequest{
		ExecutionId:    r.ExecutionID,
		Recipients:     r.recipients(),
		IdempotencyKey: r.IdempotencyKey,
		WorkflowSlug:   r.WorkflowSlug,
		ValidateOnly:   r.ValidateOnly,
	}
}
