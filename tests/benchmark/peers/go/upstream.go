package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"

	pb "suprsend-gateway-go/gen/gatewayv1"
)

const (
	connectTimeout    = 2 * time.Second
	maxAttempts       = 3
	backoffBase       = 50 * time.Millisecond
	backoffCap        = time.Second
	maxReplyBytes     = 8 << 20
	maxErrorBodyBytes = 64 << 10
)

// encode makes the body of a cancel. What is not set is absent from it.
func encode(req *pb.CancelWorkflowRequest) ([]byte, error) {
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(struct {
		ExecutionID    *string  `json:"execution_id,omitempty"`
		Recipients     []string `json:"recipients,omitempty"`
		IdempotencyKey *string  `json:"idempotency_key,omitempty"`
		WorkflowSlug   *string  `json:"workflow_slug,omitempty"`
	}{req.ExecutionId, req.Recipients, req.IdempotencyKey, req.WorkflowSlug})
	return bytes.TrimSuffix(body.Bytes(), []byte("\n")), err
}

type cancelResult struct {
	executionIDs    []string
	mayBeIncomplete bool
	httpStatus      int
	attempts        int
	failure         *failure // nil for success
}

type upstream struct {
	client *http.Client
	url    string
	key    string
}

func newUpstream(baseURL, caFile, key string, maxConnections int) (*upstream, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || base.Scheme != "https" && base.Scheme != "http" {
		return nil, errors.New("upstream_url: not an http(s) URL")
	}
	tlsConfig := &tls.Config{}
	if caFile != "" {
		pem, err := os.ReadFile(caFile)
		if err != nil {
			return nil, fmt.Errorf("upstream_ca_file: %w", err)
		}
		tlsConfig.RootCAs = x509.NewCertPool()
		if !tlsConfig.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("upstream_ca_file: holds no certificate")
		}
	}
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSClientConfig:     tlsConfig,
		TLSHandshakeTimeout: connectTimeout,
		ForceAttemptHTTP2:   true,
		MaxIdleConnsPerHost: 1000,
		MaxConnsPerHost:     maxConnections, // Without, each call of a burst dials, also for HTTP/2.
		IdleConnTimeout:     90 * time.Second,
		HTTP2:               &http.HTTP2Config{SendPingTimeout: 15 * time.Second}, // finds dead connections
	}
	return &upstream{
		client: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		url: strings.TrimRight(baseURL, "/") + "/v1/workflow_run/cancel/",
		key: key,
	}, nil
}

// cancelRuns makes up to three attempts, as far as that is safe.
func (u *upstream) cancelRuns(ctx context.Context, body []byte, isPinned bool) cancelResult {
	var unclear *cancelResult // the latest attempt that may have cancelled runs
	for attempt := 1; ; attempt++ {
		start := time.Now()
		result := u.attempt(ctx, body)
		attemptSeconds.Observe(time.Since(start).Seconds())
		result.attempts = attempt
		f := result.failure
		if f == nil {
			attemptsTotal.WithLabelValues("").Inc()
			result.mayBeIncomplete = unclear != nil
			return result
		}
		attemptsTotal.WithLabelValues(f.reason.String()).Inc()
		if f.outcome == unknown {
			unclear = &result
		}
		isSafe := f.outcome == notApplied || isPinned
		if !f.transient || !isSafe || attempt == maxAttempts || !backOff(ctx, attempt, f.retryAfter) {
			if unclear != nil {
				result = *unclear
				result.attempts = attempt
			}
			return result
		}
	}
}

// backOff answers false where there is no time for another attempt.
func backOff(ctx context.Context, attempt int, retryAfter time.Duration) bool {
	delay := max(retryAfter, rand.N(min(backoffBase<<(attempt-1), backoffCap)))
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= delay {
		return false
	}
	select {
	case <-time.After(delay):
		return true
	case <-ctx.Done():
		return false
	}
}

func (u *upstream) attempt(ctx context.Context, body []byte) cancelResult {
	var sent atomic.Bool // or so it may be, from the time that there is a connection
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { sent.Store(true) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodPost, u.url, bytes.NewReader(body))
	if err != nil {
		return cancelResult{failure: &failure{kind: kindOfError(ctx, err, false)}}
	}
	req.Header.Set("Authorization", "Bearer "+u.key)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := u.client.Do(req)
	if err != nil {
		return cancelResult{failure: &failure{kind: kindOfError(ctx, err, sent.Load())}}
	}
	defer resp.Body.Close()
	result := cancelResult{httpStatus: resp.StatusCode}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		// The status is enough, should the body be cut.
		errorBody, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBodyBytes))
		result.failure = &failure{kind: kindOfStatus(resp.StatusCode, errorBody)}
		if result.failure.transient && result.failure.outcome == notApplied {
			result.failure.retryAfter = parseRetryAfter(resp.Header.Get("Retry-After"))
		}
		return result
	}
	reply, err := io.ReadAll(io.LimitReader(resp.Body, maxReplyBytes+1))
	if err != nil {
		result.failure = &failure{kind: kindOfError(ctx, err, true)}
		return result
	}
	result.executionIDs, err = decodeReply(reply)
	if err != nil {
		result.failure = &failure{kind: kind{codes.Unknown, pb.ErrorReason_UPSTREAM_BAD_REPLY, unknown, false}}
	}
	return result
}

func decodeReply(body []byte) ([]string, error) {
	if len(body) > maxReplyBytes {
		return nil, errors.New("too large")
	}
	var reply struct {
		ExecutionIDs json.RawMessage `json:"execution_ids"` // to tell null, which is none, from no such field
	}
	if err := json.Unmarshal(body, &reply); err != nil {
		return nil, err
	}
	var ids []string
	err := json.Unmarshal(reply.ExecutionIDs, &ids)
	return ids, err
}
