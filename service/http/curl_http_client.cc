#include "service/http/curl_http_client.h"

#include <sys/epoll.h>

#include <cstddef>
#include <utility>

namespace suprsend_gateway::http {
namespace {

// A request that was sent is let finish for so long after its caller has gone.
constexpr auto kAbandonedGrace = std::chrono::seconds(2);
// Handles kept for later; one costs some kilobytes.
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

template <typename Callback>
void SetCallback(CURLM* multi, CURLMoption function, Callback callback, CURLMoption data,
                 void* self) {
  curl_multi_setopt(multi, function, callback);
  curl_multi_setopt(multi, data, self);
}

}  // namespace

CurlHttpClient::CurlHttpClient(EventLoop& loop, TransferOptions options)
    : loop_(loop), options_(std::move(options)), multi_(curl_multi_init()) {
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  SetCallback(multi_.get(), CURLMOPT_SOCKETFUNCTION, &OnSocketChange, CURLMOPT_SOCKETDATA, this);
  SetCallback(multi_.get(), CURLMOPT_TIMERFUNCTION, &OnTimerChange, CURLMOPT_TIMERDATA, this);
  loop_.Post([this] {
    loop_.SetSocketHandler([this](int fd, uint32_t events) {
      int action = 0;
      if (events & (EPOLLIN | EPOLLHUP)) action |= CURL_CSELECT_IN;
      if (events & EPOLLOUT) action |= CURL_CSELECT_OUT;
      if (events & EPOLLERR) action |= CURL_CSELECT_ERR;
      Act(fd, action);
    });
  });
}

CurlHttpClient::~CurlHttpClient() {
  while (!active_.empty()) GiveUp(active_.begin()->first);
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
  auto owned = TakeIdleTransfer();
  Transfer* transfer = owned.get();
  active_.emplace(id, std::move(owned));
  transfer->Prepare(std::move(request), std::move(done), id,
                    [this, id] { loop_.Post([this, id] { Abandon(id); }); });
  transfer->send_timer = loop_.Arm(transfer->send_limit(), [this, id] { GiveUpUnsent(id); });
  curl_multi_add_handle(multi_.get(), transfer->easy());
}

void CurlHttpClient::Abandon(uint64_t id) {
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  if (found->second->sent()) {
    loop_.Arm(loop_.Now() + kAbandonedGrace, [this, id] { GiveUp(id); });
  } else {
    GiveUp(id);
  }
}

void CurlHttpClient::GiveUp(uint64_t id) {
  const auto found = active_.find(id);
  if (found == active_.end()) return;
  Transfer* transfer = found->second.get();
  End(transfer, TransportFailure{TransportError::kAbandoned, transfer->sent()});
}

// libcurl itself looks at no time limit while a transfer waits for another's connection.
void CurlHttpClient::GiveUpUnsent(uint64_t id) {
  Transfer* transfer = active_.at(id).get();
  transfer->send_timer.reset();
  if (!transfer->sent()) End(transfer, transfer->Result(CURLE_OPERATION_TIMEDOUT));
}

void CurlHttpClient::End(Transfer* transfer, HttpResult result) {
  if (transfer->send_timer) loop_.Disarm(*std::exchange(transfer->send_timer, std::nullopt));
  curl_multi_remove_handle(multi_.get(), transfer->easy());
  HttpCallback done = transfer->Take();
  auto node = active_.extract(transfer->id());
  if (idle_.size() < kMaxIdleTransfers) idle_.push_back(std::move(node.mapped()));
  std::move(done)(std::move(result));
}

void CurlHttpClient::Act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), fd, events, &running);
  ReapFinished();
}

void CurlHttpClient::ReapFinished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    Transfer* transfer = Transfer::Of(message->easy_handle);
    End(transfer, transfer->Result(message->data.result));
  }
}

std::unique_ptr<Transfer> CurlHttpClient::TakeIdleTransfer() {
  if (idle_.empty()) return std::make_unique<Transfer>(options_);
  auto transfer = std::move(idle_.back());
  idle_.pop_back();
  return transfer;
}

int CurlHttpClient::OnSocketChange(CURL*, curl_socket_t fd, int what, void* self, void*) {
  EventLoop& loop = static_cast<CurlHttpClient*>(self)->loop_;
  if (what == CURL_POLL_REMOVE) {
    loop.Unwatch(fd);
  } else {
    loop.Watch(fd, ((what & CURL_POLL_IN) ? uint32_t{EPOLLIN} : 0) |
                       ((what & CURL_POLL_OUT) ? uint32_t{EPOLLOUT} : 0));
  }
  return 0;
}

// libcurl asks for one timer at a time; -1 takes it back. It must not be acted on in here.
int CurlHttpClient::OnTimerChange(CURLM*, long timeout_ms, void* self) {
  auto& client = *static_cast<CurlHttpClient*>(self);
  if (client.timer_) client.loop_.Disarm(*std::exchange(client.timer_, std::nullopt));
  if (timeout_ms >= 0) {
    client.timer_ =
        client.loop_.Arm(client.loop_.Now() + std::chrono::milliseconds(timeout_ms), [&client] {
          client.timer_.reset();
          client.Act(CURL_SOCKET_TIMEOUT, 0);
        });
  }
  return 0;
}

}  // namespace suprsend_gateway::http
