package main

import (
	"bytes"
	"encoding/json"
	"errors"

	suprsendgateway "suprsend-gateway.internal/client/go"
)

// One line of stdin.
type call struct {
	place
	Style         string  `json:"style"` // Go has one style only.
	Request       request `json:"request"`
	Wire          []byte  `json:"wire"` // Instead of the request; nil where there is none.
	TimeoutMs     *int64  `json:"timeout_ms"`
	CancelAfterMs *int64  `json:"cancel_after_ms"`
	Traceparent   string  `json:"traceparent"`
}

// Whom to call.
type place struct {
	Target string `json:"target"`
	TLS    *files `json:"tls"`
}

type files struct {
	CA          string `json:"ca_file"`
	Certificate string `json:"cert_file"`
	Key         string `json:"key_file"`
}

type request struct {
	ExecutionID    *text  `json:"execution_id"`
	Recipients     []text `json:"recipients"`
	IdempotencyKey *text  `json:"idempotency_key"`
	WorkflowSlug   *text  `json:"workflow_slug"`
	ValidateOnly   bool   `json:"validate_only"`
}

// A JSON string, or {"not_unicode": true} for a string that is no UTF-8.
type text string

func (t *text) UnmarshalJSON(from []byte) error {
	if !bytes.HasPrefix(from, []byte("{")) {
		return json.Unmarshal(from, (*string)(t))
	}
	var kind struct {
		NotUnicode bool `json:"not_unicode"`
	}
	if err := json.Unmarshal(from, &kind); err != nil {
		return err
	}
	if !kind.NotUnicode {
		return errors.New(`a text is a string or {"not_unicode": true}`)
	}
	*t = "a\xffb"
	return nil
}

func (r request) request() suprsendgateway.CancelRequest {
	made := suprsendgateway.CancelRequest{
		ExecutionID:    (*string)(r.ExecutionID),
		IdempotencyKey: (*string)(r.IdempotencyKey),
		WorkflowSlug:   (*string)(r.WorkflowSlug),
		ValidateOnly:   r.ValidateOnly,
	}
	if r.Recipients != nil {
		recipients := []string{}
		made.Recipients = &recipients
	}
	for _, recipient := range r.Recipients {
		*made.Recipients = append(*made.Recipients, string(recipient))
	}
	return made
}

// The clients made so far, by the JSON of their place.
type clientsByPlace map[string]*suprsendgateway.Client

func (c clientsByPlace) at(p place) (*suprsendgateway.Client, error) {
	key, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	if client, ok := c[string(key)]; ok {
		return client, nil
	}
	var client *suprsendgateway.Client
	if p.TLS == nil {
		client, err = suprsendgateway.Connect(p.Target)
	} else {
		client, err = suprsendgateway.ConnectTLS(p.Target, suprsendgateway.TLSFiles(*p.TLS))
	}
	if err != nil {
		return nil, err
	}
	c[string(key)] = client
	return client, nil
}
