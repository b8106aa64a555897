#include "service/http/curl_http_client.h"

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>

namespace suprsend_gateway::http {
namespace {

// A request that was sent is let finish for so long after its caller has gone.
constexpr auto kAbandonedGrace = std::chrono::seconds(2);
// Handles kept for later, beyond as many as are in flight; one costs some kilobytes.
constexpr size_t kMaxIdleTransfers = 512;

// A callback that hears of an abandoned request where the loop has stopped and drops its task.
class DoneOnce {
 public:
  explicit DoneOnce(HttpCallback done) : done_(std::move(done)) {}
  DoneOnce(DoneOnce&& other) noexcept : done_(other.Take()) {}
  DoneOnce& operator=(DoneOnce&&) = delete;
  ~DoneOnce() {
    if (done_) Take()(TransportFailure{TransportError::kAbandoned, /*sent=*/false});
  }
  HttpCallback Take() { return std::exchange(done_, nullptr); }

 private:
  HttpCallback done_;
};

}  // namespace

CurlHttpClient::CurlHttpClient(EventLoop& loop, TransferOptions options)
    : loop_(loop),
      options_(std::move(options)),
      trust_(options_.ca_file),
      pool_(loop,
            [this](Transfer& transfer, CURLcode code) { End(transfer, transfer.Result(code)); }) {}

CurlHttpClient::~CurlHttpClient() {
  while (!active_.empty()) {
    const auto& [id, transfer] = *active_.begin();
    GiveUp(id, TransportFailure{TransportError::kAbandoned, transfer->sent()});
  }
}

void CurlHttpClient::Post(HttpRequest request, HttpCallback done) {
  loop_.Post([this, request = std::move(request), done = DoneOnce(std::move(done))]() mutable {
    Start(std::move(request), done.Take());
  });
}

void CurlHttpClient::Start(HttpRequest request, HttpCallback done) {
  const bool abandoned = request.abandoned.stop_requested();
  if (abandoned || loop_.Now() >= request.send_by) {
    std::move(done)(TransportFailure{
        abandoned ? TransportError::kAbandoned : TransportError::kDeadline, /*sent=*/false});
    return;
  }
  const uint64_t id = ++requests_started_;
  Transfer& transfer = *active_.emplace(id, TakeIdleTransfer()).first->second;
  transfer.Prepare(std::move(request), std::move(done), id,
                   [this, id] { loop_.Post([this, id] { Abandon(id); }); });
  transfer.timer = loop_.Arm(transfer.send_limit(), [this, id] { OnTimer(id); });
  pool_.Add(transfer);
}

void CurlHttpClient::Abandon(uint64_t id) {
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  const bool sent = found->second->sent();
  const auto give_up = [this, id, sent] {
    GiveUp(id, TransportFailure{TransportError::kAbandoned, sent});
  };
  if (!sent) return give_up();
  loop_.Arm(loop_.Now() + kAbandonedGrace, give_up);
}

void CurlHttpClient::GiveUp(uint64_t id, HttpResult result) {
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  Transfer& transfer = *found->second;
  pool_.Remove(transfer);
  End(transfer, std::move(result));
}

// The first time its time for sending is over, the second its deadline. (libcurl has time limits of
// its own. They do not run while a transfer waits, and then start anew.)
void CurlHttpClient::OnTimer(uint64_t id) {
  Transfer& transfer = *active_.at(id);
  transfer.timer.reset();
  if (transfer.sent() && loop_.Now() < transfer.deadline()) {
    transfer.timer = loop_.Arm(transfer.deadline(), [this, id] { OnTimer(id); });
    return;
  }
  HttpResult result = transfer.Result(CURLE_OPERATION_TIMEDOUT);
  const auto* failure = std::get_if<TransportFailure>(&result);
  if (failure != nullptr && failure->error == TransportError::kUnreachable &&
      pool_.LacksRoom(transfer)) {
    result = TransportFailure{TransportError::kNoRoom, /*sent=*/false};
  }
  GiveUp(id, std::move(result));
}

void CurlHttpClient::End(Transfer& transfer, HttpResult result) {
  if (transfer.timer) loop_.Disarm(*std::exchange(transfer.timer, std::nullopt));
  HttpCallback done = transfer.Take();
  auto node = active_.extract(transfer.id());
  idle_.push_back(std::move(node.mapped()));
  while (idle_.size() > kMaxIdleTransfers + active_.size()) idle_.pop_back();
  std::move(done)(std::move(result));
}

std::unique_ptr<Transfer> CurlHttpClient::TakeIdleTransfer() {
  if (idle_.empty()) return std::make_unique<Transfer>(options_, trust_, pool_);
  auto transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

}  // namespace suprsend_gateway::http
