// A gateway with the same job as suprsend-gateway, as one would write it by hand in Go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	pb "suprsend-gateway-go/gen/gatewayv1"
)

const drainTimeout = 30 * time.Second

var (
	buckets    = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	callsTotal = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "suprsend_gateway_calls_total", Help: "Calls by gRPC code and reason."}, []string{"code", "reason"})
	callSeconds = promauto.NewHistogram(prometheus.HistogramOpts{
		Name: "suprsend_gateway_call_duration_seconds", Help: "How long calls took.", Buckets: buckets})
	attemptsTotal = promauto.NewCounterVec(prometheus.CounterOpts{
		Name: "suprsend_gateway_upstream_attempts_total", Help: "Attempts by reason of failure."}, []string{"reason"})
	attemptSeconds = promauto.NewHistogram(prometheus.HistogramOpts{
		Name: "suprsend_gateway_upstream_attempt_duration_seconds", Help: "How long attempts took.", Buckets: buckets})
)

func main() {
	listen := flag.String("listen", "127.0.0.1:50051", "host:port for gRPC, plaintext")
	adminListen := flag.String("admin_listen", "127.0.0.1:9464", "host:port for /metrics and /livez")
	upstreamURL := flag.String("upstream_url", "https://hub.suprsend.com", "base URL of SuprSend")
	upstreamCAFile := flag.String("upstream_ca_file", "", "PEM file of a private certificate authority; the system's without")
	apiKeyFile := flag.String("api_key_file", "", "file with the API key of a SuprSend workspace")
	maxInFlight := flag.Int64("max_in_flight", 20000, "more calls are refused")
	maxConnections := flag.Int("max_upstream_connections", 200, "at once, also while a burst dials; 0 for any number")
	flag.Parse()

	slog.SetDefault(slog.New(slog.NewJSONHandler(os.Stderr, nil)))
	key, err := readKey(*apiKeyFile)
	if err != nil {
		fail(err)
	}
	upstream, err := newUpstream(*upstreamURL, *upstreamCAFile, key, *maxConnections)
	if err != nil {
		fail(err)
	}
	if err := serve(*listen, *adminListen, &service{upstream: upstream, maxInFlight: *maxInFlight}); err != nil {
		fail(err)
	}
}

func fail(err error) {
	slog.Error("cannot run", "error", err)
	os.Exit(1)
}

func readKey(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("api_key_file: %w", err)
	}
	key := strings.TrimSpace(string(data))
	if key == "" || strings.ContainsFunc(key, unicode.IsControl) {
		return "", errors.New("api_key_file: holds no key")
	}
	return key, nil
}

func serve(listen, adminListen string, service *service) error {
	stopped, restoreSignals := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer restoreSignals()

	server := grpc.NewServer()
	promauto.NewGaugeFunc(prometheus.GaugeOpts{Name: "suprsend_gateway_in_flight", Help: "Calls in flight."},
		func() float64 { return float64(service.inFlight.Load()) })
	pb.RegisterWorkflowServiceServer(server, service)
	healthServer := health.NewServer()
	healthServer.SetServingStatus(pb.WorkflowService_ServiceDesc.ServiceName, healthpb.HealthCheckResponse_SERVING)
	healthpb.RegisterHealthServer(server, healthServer)

	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.Handler())
	mux.HandleFunc("/livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	admin := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}

	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	adminListener, err := net.Listen("tcp", adminListen)
	if err != nil {
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(listener) }()
	go func() { failed <- admin.Serve(adminListener) }()
	slog.Info("serving", "listen", listener.Addr().String(), "admin_listen", adminListener.Addr().String())

	select {
	case err := <-failed:
		return err
	case <-stopped.Done():
	}
	restoreSignals() // A second signal ends the process at once.
	slog.Info("stopping")
	healthServer.Shutdown()
	timer := time.AfterFunc(drainTimeout, server.Stop)
	server.GracefulStop()
	timer.Stop()
	return admin.Close()
}
