#include "service/gateway/gateway.h"

#include <unistd.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "service/admission/intake.h"
#include "service/admission/upstream_health.h"
#include "service/gateway/audit.h"
#include "service/gateway/caller_limits.h"
#include "service/gateway/caller_policy.h"
#include "service/gateway/file_states.h"
#include "service/gateway/flag_error.h"
#include "service/gateway/grpc_server.h"
#include "service/gateway/known_failures.h"
#include "service/gateway/listen_error.h"
#include "service/gateway/liveness.h"
#include "service/gateway/reload.h"
#include "service/gateway/rotating_credential.h"
#include "service/gateway/server_tls.h"
#include "service/gateway/status.h"
#include "service/http/curl_http_client.h"
#include "service/http/event_loop.h"
#include "service/rpc/workflow_service.h"
#include "service/security/api_key.h"
#include "service/security/ca_file.h"
#include "service/security/caller_gate.h"
#include "service/security/file_watch.h"
#include "service/security/key_file.h"
#include "service/security/process_secrets.h"
#include "service/suprsend/encode.h"
#include "service/suprsend/rest_run_canceller.h"
#include "service/telemetry/admin_server.h"
#include "service/telemetry/audit_log.h"
#include "service/telemetry/call_observer.h"
#include "service/telemetry/recent_calls.h"
#include "service/telemetry/status_page.h"
#include "service/workflow/attempt_loop.h"

namespace suprsend_gateway::gateway {
namespace {

// Members are built from the top and taken down from the bottom: first who takes calls in, last
// what they run on.
class WiredGateway final : public Gateway {
 public:
  WiredGateway(const config::Config& config, const security::ApiKey& key,
               std::unique_ptr<security::KeyFile> key_file,
               std::unique_ptr<security::FileWatch> file_watch,
               std::unique_ptr<http::EventLoop> loop)
      : config_(config),
        metrics_(config::Version(), KnownFailures()),
        states_(metrics_),
        log_(STDERR_FILENO),
        observer_(metrics_, calls_, config.access_log ? &log_ : nullptr),
        loop_(std::move(loop)),
        client_(*loop_, {.user_agent = absl::StrCat("suprsend-gateway/", config::Version()),
                         .ca_file = config.upstream_ca_file,
                         .connect_timeout = config.connect_timeout}),
        key_file_(std::move(key_file)),
        credential_(*key_file_, key, *loop_, states_, log_),
        canceller_(client_, credential_, *loop_, config.upstream_url),
        upstream_health_{.breaker = admission::CircuitBreaker(
                             {.failure_percent = config.breaker_failure_percent,
                              .min_attempts = config.breaker_min_attempts,
                              .window = config.breaker_window,
                              .probe_interval = config.breaker_probe_interval},
                             [this](bool is_open) { OnBreakerChange(is_open); }),
                         .cool_down = {},
                         .retry_budget = admission::RetryBudget(config.retry_budget_percent)},
        attempts_(canceller_, *loop_, upstream_health_,
                  {.max_attempts = config.max_attempts, .attempt_timeout = config.attempt_timeout}),
        commitments_(*loop_),
        intake_(static_cast<size_t>(config.max_in_flight)),
        caller_limits_(config.max_memory_bytes(), intake_, metrics_, log_),
        file_watch_(std::move(file_watch)) {}

  ~WiredGateway() override { Stop(); }

  absl::Status Serve() {
    metrics_.SetLimits(static_cast<size_t>(config_.max_in_flight), config_.max_memory_bytes());
    if (absl::Status status = ReadFiles(); !status.ok()) return status;
    if (absl::Status status = Listen(); !status.ok()) return status;
    admin_ = telemetry::AdminServer::Start(
        config_.admin_listen.host, config_.admin_listen.port,
        {.metrics = [this] { return SerializeMetrics(); },
         .status_page = [this] { return telemetry::FormatStatusPage(Status()); },
         .is_live = [this] { return PortAnswers(server_->address(), tls_ != nullptr); },
         .is_ready = [this] { return server_->is_serving(); }});
    if (admin_ == nullptr) return FlagError("admin_listen", ListenError(config_.admin_listen));
    log_.Write(Description());
    announced_ = true;
    file_watch_->Start();
    return absl::OkStatus();
  }

  // Before the watch is started.
  std::string Description() const {
    return absl::StrCat(
        "suprsend-gateway ", config::Version(), " serving on ", ToString(server_->address()),
        tls_ != nullptr ? " with TLS" : "", ", admin on ",
        ToString(config::ListenAddress{config_.admin_listen.host, admin_->port()}), ", upstream ",
        config_.upstream_url, "/, API key ", credential_.fingerprint(), ", memory up to ",
        config_.max_memory_mib, " MiB, at most ", config_.max_in_flight, " calls in flight");
  }

  void ReopenAuditLog() override {
    if (audit_ != nullptr) audit_->Reopen();
  }

  void AnnounceStop() override { server_->AnnounceStop(); }

  void Hurry() override { intake_.Hurry(); }

  void Stop() override {
    if (std::exchange(stopped_, true)) return;
    if (server_ != nullptr) server_->Stop(intake_, config_.drain_timeout);
    admin_.reset();
    loop_->Stop();
    if (announced_) log_.Write("suprsend-gateway stopped");
  }

 private:
  absl::Status ReadFiles() {
    const Reload reload = {.watch = *file_watch_, .states = states_, .log = log_};
    auto gate = MakeCallerGate(config_, reload);
    if (!gate.ok()) return gate.status();
    gate_ = *std::move(gate);
    auto audit = OpenAuditLog(config_, metrics_, log_);
    if (!audit.ok()) return audit.status();
    audit_ = *std::move(audit);
    if (!config_.tls.is_on()) return absl::OkStatus();
    auto tls = ServerTls::Start(config_.tls, reload);
    if (!tls.ok()) return tls.status();
    tls_ = *std::move(tls);
    return absl::OkStatus();
  }

  absl::Status Listen() {
    environment_.emplace(rpc::CallEnvironment{
        .attempts = attempts_,
        .clock = *loop_,
        .commitments = commitments_,
        .observer = observer_,
        .callers = {.gate = *gate_,
                    .trust_forwarded_client_cert = config_.trust_forwarded_client_cert},
        .audit = {.log = audit_.get(), .fails_closed = config_.audit_fails_closed},
        .intake = intake_,
        .deadlines = {.default_deadline = config_.default_deadline,
                      .max_deadline = config_.max_deadline},
        .fits_upstream = &suprsend::FitsBody});
    auto server = GrpcServer::Start({.address = config_.listen,
                                     .credentials = tls_ != nullptr ? tls_->Credentials() : nullptr,
                                     .reflection = config_.reflection,
                                     .max_connection_age = config_.max_connection_age,
                                     .max_call = config_.max_deadline,
                                     .limits = caller_limits_.ForAcceptor()},
                                    rpc::MakeWorkflowService(*environment_));
    if (!server.ok()) return FlagError("listen", server.status());
    server_ = *std::move(server);
    return absl::OkStatus();
  }

  std::string SerializeMetrics() {
    metrics_.SetServing(server_->is_serving());
    metrics_.SetLogLinesDropped(log_.dropped_lines());
    return metrics_.Serialize();
  }

  telemetry::StatusReport Status() const {
    telemetry::StatusReport report = GatherStatus({.config = config_,
                                                   .started = started_,
                                                   .files = states_,
                                                   .calls = calls_,
                                                   .intake = intake_,
                                                   .upstream = upstream_health_,
                                                   .circuit = circuit_,
                                                   .clock = *loop_,
                                                   .caller_limits = caller_limits_,
                                                   .audit = audit_.get()});
    report.listen = ToString(server_->address());
    report.has_tls = tls_ != nullptr;
    // The port that 0 has come to is not known to every request here: it may come before Start
    // ends.
    if (config_.admin_listen.port != 0) report.admin_listen = ToString(config_.admin_listen);
    report.is_ready = server_->is_serving();
    report.is_live = PortAnswers(server_->address(), tls_ != nullptr);
    return report;
  }

  void OnBreakerChange(bool is_open) {
    circuit_.Set(is_open);
    metrics_.SetCircuitOpen(is_open);
    log_.Write(is_open
                   ? "suprsend-gateway: circuit open: upstream failed too often; calls are refused"
                   : "suprsend-gateway: circuit closed: upstream is well again");
  }

  const config::Config config_;
  const absl::Time started_ = absl::Now();
  telemetry::Metrics metrics_;
  telemetry::RecentCalls calls_;
  FileStates states_;
  CircuitState circuit_;
  telemetry::LogWriter log_;
  telemetry::CallObserver observer_;
  const std::unique_ptr<http::EventLoop> loop_;
  http::CurlHttpClient client_;
  const std::unique_ptr<security::KeyFile> key_file_;
  RotatingCredential credential_;
  suprsend::RestRunCanceller canceller_;
  admission::UpstreamHealth upstream_health_;
  workflow::AttemptLoop attempts_;
  rpc::Commitments commitments_;
  admission::Intake intake_;
  CallerLimits caller_limits_;
  std::unique_ptr<telemetry::AuditLog> audit_;  // nullptr: none.
  std::unique_ptr<security::CallerGate> gate_;
  std::unique_ptr<ServerTls> tls_;  // nullptr: plaintext.
  std::optional<rpc::CallEnvironment> environment_;
  const std::unique_ptr<security::FileWatch> file_watch_;
  std::unique_ptr<GrpcServer> server_;
  std::unique_ptr<telemetry::AdminServer> admin_;
  bool announced_ = false;  // The log says that it serves.
  bool stopped_ = false;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Start(const config::Config& config) {
  security::ForbidDumps();
  auto file_watch = std::make_unique<security::FileWatch>();
  auto key_file = std::make_unique<security::KeyFile>(*file_watch, config.api_key_file);
  absl::StatusOr<security::ApiKey> key = key_file->ReadFirst();
  if (!key.ok()) return FlagError("api_key_file", key.status());
  if (!config.upstream_ca_file.empty()) {
    absl::Status status = security::CheckCaFile(config.upstream_ca_file);
    if (!status.ok()) return FlagError("upstream_ca_file", status);
  }
  RaiseDescriptorLimit();
  absl::StatusOr<std::unique_ptr<http::EventLoop>> loop = http::EventLoop::Create();
  if (!loop.ok()) return loop.status();
  auto gateway = std::make_unique<WiredGateway>(config, *key, std::move(key_file),
                                                std::move(file_watch), *std::move(loop));
  if (absl::Status status = gateway->Serve(); !status.ok()) return status;
  return gateway;
}

}  // namespace suprsend_gateway::gateway
