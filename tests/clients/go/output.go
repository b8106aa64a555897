package main

import (
	"errors"
	"time"

	"google.golang.org/genproto/googleapis/rpc/code"

	suprsendgateway "suprsend-gateway.internal/client/go"
)

// One line of stdout: one of the three is set.
type result struct {
	Reply   *reply   `json:"reply,omitempty"`
	Failure *failure `json:"failure,omitempty"`
	Crash   string   `json:"crash,omitempty"`
}

type reply struct {
	ExecutionIDs                []string `json:"execution_ids"`
	ExecutionIDsMayBeIncomplete bool     `json:"execution_ids_may_be_incomplete"`
	CancelledCount              int64    `json:"cancelled_count"`
	RequestID                   string   `json:"request_id"`
}

type failure struct {
	Code         string            `json:"code"`
	Text         string            `json:"text"`
	Message      string            `json:"message"`
	Reason       string            `json:"reason"`
	Outcome      string            `json:"outcome"`
	SafeToRetry  bool              `json:"safe_to_retry"`
	Violations   []violation       `json:"violations"`
	RequestID    string            `json:"request_id"`
	RetryDelayMs *int64            `json:"retry_delay_ms"`
	Metadata     map[string]string `json:"metadata"`
}

type violation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
}

func newResult(replied *suprsendgateway.CancelReply, err error) result {
	if err == nil {
		told := reply(*replied)
		told.ExecutionIDs = append([]string{}, told.ExecutionIDs...)
		return result{Reply: &told}
	}
	failed, ok := errors.AsType[*suprsendgateway.Error](err)
	if !ok {
		return result{Crash: err.Error()}
	}
	told := failure{
		Code:        code.Code(failed.Code).String(),
		Text:        failed.Error(),
		Message:     failed.Message,
		Reason:      failed.Reason,
		Outcome:     failed.Outcome.String(),
		SafeToRetry: failed.SafeToRetry(),
		Violations:  []violation{},
		RequestID:   failed.RequestID,
		Metadata:    map[string]string{},
	}
	for _, broken := range failed.Violations {
		told.Violations = append(told.Violations, violation(broken))
	}
	if failed.RetryDelay != nil {
		told.RetryDelayMs = new(failed.RetryDelay.Milliseconds())
		if *failed.RetryDelay%time.Millisecond > 0 {
			*told.RetryDelayMs++
		}
	}
	for name, value := range failed.Metadata {
		told.Metadata[name] = value
	}
	return result{Failure: &told}
}
