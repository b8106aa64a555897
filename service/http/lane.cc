#include "service/http/lane.h"

#include <sys/epoll.h>

#include <utility>

#include "service/base/local_port.h"
#include "service/http/connection_state.h"

namespace suprsend_gateway::http {
namespace {

// Idle connections kept by a lane of many. libcurl's own default shrinks with what is in flight, so
// that each lull would close connections that the next burst opens again.
constexpr long kMaxKeptConnections = 4096;

// CURLMOPT_QUICK_EXIT, which libcurl has from 8.20 on: without it the end of a multi handle waits
// there for the resolver's threads. Before that CURLOPT_QUICK_EXIT is enough, and this is refused.
constexpr auto kMultiQuickExit = static_cast<CURLMoption>(21);

template <typename Callback>
void SetCallback(CURLM* multi, CURLMoption function, Callback callback, CURLMoption data,
                 void* self) {
  curl_multi_setopt(multi, function, callback);
  curl_multi_setopt(multi, data, self);
}

}  // namespace

Lane::Lane(EventLoop& loop, SocketOwners& sockets, LaneOwner& owner, Kind lane_kind)
    : kind(lane_kind),
      created(loop.Now()),
      last_used(created),
      loop_(loop),
      sockets_(sockets),
      owner_(owner),
      multi_(curl_multi_init()) {
  CURLM* multi = multi_.get();
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
  curl_multi_setopt(multi, kMultiQuickExit, 1L);
  if (kind == Kind::kManyConnections) BecomeMany();
  SetCallback(multi, CURLMOPT_SOCKETFUNCTION, &OnSocketChange, CURLMOPT_SOCKETDATA, this);
  SetCallback(multi, CURLMOPT_TIMERFUNCTION, &OnTimerChange, CURLMOPT_TIMERDATA, this);
}

// Closing its connections calls back once more.
Lane::~Lane() {
  multi_.reset();
  if (timer_) loop_.Disarm(*timer_);
}

void Lane::BecomeMany() {
  kind = Kind::kManyConnections;
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, 0L);
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxKeptConnections);
}

void Lane::Add(Transfer& transfer) {
  transfer.lane = this;
  ++active;
  ++started;
  curl_multi_add_handle(multi_.get(), transfer.easy());
}

void Lane::Remove(Transfer& transfer) {
  curl_multi_remove_handle(multi_.get(), transfer.easy());
  transfer.lane = nullptr;
  --active;
  last_used = loop_.Now();
}

void Lane::Remember(int local_port, int fd) {
  sockets_by_port_[local_port] = fd;
  if (kind == Kind::kOneConnection) shared_socket_ = fd;
}

void Lane::OnSocket(int fd, uint32_t events) {
  int action = 0;
  if (events & (EPOLLIN | EPOLLHUP)) action |= CURL_CSELECT_IN;
  if (events & EPOLLOUT) action |= CURL_CSELECT_OUT;
  if (events & EPOLLERR) action |= CURL_CSELECT_ERR;
  Act(fd, action);
}

bool Lane::IsSpoilt(int local_port, bool is_http2) const {
  const auto found = sockets_by_port_.find(local_port);
  if (found == sockets_by_port_.end() || base::LocalPort(found->second) != local_port) return false;
  if (is_http2) return HasEnded(found->second);
  if (!HasInput(found->second)) return false;
  Spoil(found->second);
  return true;
}

void Lane::Act(curl_socket_t fd, int events) {
  {
    const Cork cork(unsent.empty() ? -1 : shared_socket_);
    int running = 0;
    curl_multi_socket_action(multi_.get(), fd, events, &running);
  }
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer& transfer = *Transfer::Of(message->easy_handle);
    Remove(transfer);
    owner_.OnEnd(transfer, *this, code);
  }
  owner_.OnTurn();  // May destroy this lane.
}

int Lane::OnSocketChange(CURL*, curl_socket_t fd, int what, void* self, void*) {
  auto& lane = *static_cast<Lane*>(self);
  if (what == CURL_POLL_REMOVE) {
    // It may be another lane's by now: libcurl can tell after it has closed the socket.
    const auto owner = lane.sockets_.find(fd);
    if (owner == lane.sockets_.end() || owner->second != &lane) return 0;
    lane.sockets_.erase(owner);
    lane.loop_.Unwatch(fd);
  } else {
    lane.sockets_[fd] = &lane;
    lane.loop_.Watch(fd, ((what & CURL_POLL_IN) ? uint32_t{EPOLLIN} : 0) |
                             ((what & CURL_POLL_OUT) ? uint32_t{EPOLLOUT} : 0));
  }
  return 0;
}

// libcurl asks for one timer at a time; -1 takes it back. It must not be acted on in here.
int Lane::OnTimerChange(CURLM*, long timeout_ms, void* self) {
  auto& lane = *static_cast<Lane*>(self);
  if (lane.timer_) lane.loop_.Disarm(*std::exchange(lane.timer_, std::nullopt));
  if (timeout_ms >= 0) {
    lane.timer_ = lane.loop_.Arm(lane.loop_.Now() + std::chrono::milliseconds(timeout_ms), [&lane] {
      lane.timer_.reset();
      lane.Act(CURL_SOCKET_TIMEOUT, 0);
    });
  }
  return 0;
}

}  // namespace suprsend_gateway::http
