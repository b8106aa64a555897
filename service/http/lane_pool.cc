#include "service/http/lane_pool.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "service/http/connection_state.h"

namespace suprsend_gateway::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What libcurl puts on a connection by itself, and what most servers allow.
constexpr size_t kMaxStreams = 100;
// Handshakes under way at once.
constexpr size_t kMaxConnectingLanes = 8;
// Over HTTP/1.1 each is a connection, and may be a resolver's thread.
constexpr size_t kMaxConnectingTransfers = 256;
// Connections are renewed, so that a change in DNS is followed also under load. Towards the end of
// its life a lane gets a successor, so that only one call waits for the handshake.
constexpr auto kMaxAge = seconds(300);
constexpr auto kMaxIdle = seconds(50);
// libcurl before 8.0 resets each stream whose answer has no Content-Length, or whose end comes
// later than the last of that length, and servers close a connection after a thousand resets or so
// (CVE-2023-44487). Nothing tells of a reset, so each stream counts.
constexpr size_t kMaxResets = 900;
constexpr unsigned kVersionWithoutResets = 0x080000;
// So many calls in a row that were sent and never answered: the connection is dead, though its peer
// may acknowledge every byte.
constexpr int kMaxUnanswered = 3;
// How long an open connection may let transfers wait before it counts as full.
constexpr auto kLookInterval = milliseconds(100);
constexpr int kLooksUntilFull = 3;
// Of which each transfer is looked at.
constexpr size_t kLanesALook = 10;
constexpr auto kSeldomLookInterval = seconds(5);
// However near upstream is, it may be busy when it is to send its SETTINGS.
constexpr auto kLeastSettleTime = milliseconds(100);
// After upstream has refused one more connection.
constexpr auto kNoGrowth = milliseconds(100);

// Whether the connection is at fault, not just a stream on it or we ourselves.
bool IsOfTheConnection(CURLcode code) {
  return code != CURLE_OK && code != CURLE_HTTP2_STREAM && code != CURLE_WRITE_ERROR &&
         code != CURLE_ABORTED_BY_CALLBACK;
}

size_t StreamsUntilWorn() {
  return curl_version_info(CURLVERSION_NOW)->version_num < kVersionWithoutResets
             ? kMaxResets
             : std::numeric_limits<size_t>::max();
}

}  // namespace

LanePool::LanePool(EventLoop& loop, OnDone on_done)
    : loop_(loop),
      on_done_(std::move(on_done)),
      streams_until_worn_(StreamsUntilWorn()),
      shared_(std::make_unique<Lane>(loop, sockets_, *this, Lane::Kind::kManyConnections)),
      stream_limit_(kMaxStreams) {
  loop_.Post([this] {
    loop_.SetSocketHandler([this](int fd, uint32_t events) {
      const auto owner = sockets_.find(fd);
      if (owner != sockets_.end()) owner->second->OnSocket(fd, events);
    });
  });
}

LanePool::~LanePool() = default;

void LanePool::Add(Transfer& transfer) {
  transfer.place = waiting_.insert(waiting_.end(), &transfer);
  Feed();
}

std::list<Transfer*>& LanePool::ListOf(const Transfer& transfer) {
  if (transfer.lane == nullptr) return waiting_;
  return transfer.sent() ? transfer.lane->sent : transfer.lane->unsent;
}

void LanePool::Remove(Transfer& transfer) {
  Lane* const lane = transfer.lane;
  ListOf(transfer).erase(transfer.place);
  if (lane == nullptr) return;
  lane->Remove(transfer);
  if (lane->kind == Lane::Kind::kOneConnection) {
    const bool is_dead = transfer.sent() && ++lane->unanswered >= kMaxUnanswered;
    if (is_dead || !lane->is_open) lane->is_retired = true;
  }
  OnTurn();
}

bool LanePool::LacksRoom(const Transfer& transfer) const {
  if (transfer.lane != nullptr) {
    return transfer.lane->kind == Lane::Kind::kOneConnection && transfer.lane->is_open;
  }
  return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->is_open; });
}

void LanePool::OnConnected(Transfer& transfer, int local_port, int fd) {
  transfer.lane->Remember(local_port, fd);
}

bool LanePool::IsSpoilt(Transfer& transfer, int local_port, bool is_http2) {
  return transfer.lane->IsSpoilt(local_port, is_http2);
}

void LanePool::OnSend(Transfer& transfer, bool is_http2) {
  Lane& lane = *transfer.lane;
  lane.sent.splice(lane.sent.end(), lane.unsent, transfer.place);
  if (is_http2 && !lane.is_open) SettleLater(lane, transfer.easy());
  lane.is_open = true;
  lane.idle_looks = 0;
  if (!transfer.is_https()) return;
  protocol_ = is_http2 ? Protocol::kHttp2 : Protocol::kHttp1;
  if (!is_http2 && lane.kind == Lane::Kind::kOneConnection) lane.is_retired = true;
}

// Upstream's SETTINGS, and in them the streams that it allows, come a round trip after the
// handshake, which took one as well, and get as much time again, or kLeastSettleTime. What is sent
// before then can be too much, and so be refused.
void LanePool::SettleLater(Lane& lane, CURL* easy) {
  lane.settled_at =
      loop_.Now() + std::max<clock::Duration>(2 * TlsHandshakeTime(easy), kLeastSettleTime);
  loop_.Arm(lane.settled_at, [this] { OnTurn(); });
}

void LanePool::OnEnd(Transfer& transfer, Lane& lane, CURLcode code) {
  (transfer.sent() ? lane.sent : lane.unsent).erase(transfer.place);
  if (transfer.met_spoilt_connection()) {
    if (lane.kind == Lane::Kind::kOneConnection) lane.is_retired = true;
    transfer.TakeFreshConnection();
    transfer.place = waiting_.insert(waiting_.begin(), &transfer);
    return;
  }
  if (code == CURLE_OK) {
    lane.unanswered = 0;
    lane.settled_at = {};
  }
  const bool did_not_connect = lane.kind == Lane::Kind::kOneConnection && !lane.is_open;
  if (lane.kind == Lane::Kind::kOneConnection && IsOfTheConnection(code)) {
    lane.is_retired = true;
  }
  on_done_(transfer, code);
  if (!did_not_connect) return;
  const bool has_others = std::any_of(lanes_.begin(), lanes_.end(),
                                      [](const auto& other) { return !other->is_retired; });
  if (has_others) {
    no_growth_before_ = loop_.Now() + kNoGrowth;
  } else {
    FailWaiting(code);
  }
}

// They waited for the connection that could not be had.
void LanePool::FailWaiting(CURLcode code) {
  for (Transfer* transfer : std::exchange(waiting_, {})) {
    on_done_(*transfer, code);
  }
}

void LanePool::OnTurn() {
  if (protocol_ == Protocol::kHttp1) AdoptHttp1Lane();
  DropLanes();
  Feed();
}

// The lane in which upstream turned out to speak HTTP/1.1 has a connection that the rest can use.
void LanePool::AdoptHttp1Lane() {
  if (shared_->started > 0) return;
  const auto found =
      std::find_if(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->is_open; });
  if (found == lanes_.end()) return;
  (*found)->BecomeMany();
  (*found)->is_retired = false;
  shared_ = std::move(*found);
  lanes_.erase(found);
}

void LanePool::DropLanes() {
  std::erase_if(lanes_, [](const auto& lane) { return lane->is_retired && lane->active == 0; });
}

void LanePool::Feed() {
  while (!waiting_.empty()) {
    Transfer& next = *waiting_.front();
    Lane* const lane = RoomFor(next);
    if (lane == nullptr) break;
    Enter(next, *lane);
  }
  OpenLanesForWaiting();
  LookAgainSoon();
}

Lane* LanePool::RoomFor(const Transfer& transfer) {
  if (transfer.is_https() && protocol_ != Protocol::kHttp1) return RoomOverHttp2();
  return shared_->unsent.size() < kMaxConnectingTransfers ? shared_.get() : nullptr;
}

Lane* LanePool::RoomOverHttp2() {
  const clock::TimePoint now = loop_.Now();
  for (const auto& lane : lanes_) {
    if (!lane->is_open || lane->is_retired || now < lane->settled_at) continue;
    const auto age = now - lane->created;
    if (age >= kMaxAge || lane->started >= streams_until_worn_) {
      lane->is_retired = true;
      continue;
    }
    const bool is_old =
        age >= kMaxAge - kMaxAge / 10 || lane->started >= streams_until_worn_ / 10 * 9;
    if (is_old && !std::exchange(lane->has_successor, true)) return &OpenLane();
    if (lane->active < stream_limit_ && lane->idle_looks < kLooksUntilFull) return lane.get();
  }
  return nullptr;
}

Lane& LanePool::OpenLane() {
  lanes_.push_back(std::make_unique<Lane>(loop_, sockets_, *this, Lane::Kind::kOneConnection));
  return *lanes_.back();
}

// The newest is the one to open a connection with: it has the most time left.
void LanePool::OpenLanesForWaiting() {
  if (waiting_.empty() || !waiting_.front()->is_https() || protocol_ == Protocol::kHttp1) return;
  if (loop_.Now() < no_growth_before_) return;
  const size_t most = protocol_ == Protocol::kHttp2 ? kMaxConnectingLanes : 1;
  for (size_t connecting = CountConnecting();
       connecting < most && connecting * stream_limit_ < waiting_.size(); ++connecting) {
    Enter(*waiting_.back(), OpenLane());
  }
}

size_t LanePool::CountConnecting() const {
  const clock::TimePoint now = loop_.Now();
  return static_cast<size_t>(std::count_if(lanes_.begin(), lanes_.end(), [now](const auto& lane) {
    return !lane->is_retired && (!lane->is_open || now < lane->settled_at);
  }));
}

void LanePool::Enter(Transfer& transfer, Lane& lane) {
  lane.unsent.splice(lane.unsent.end(), waiting_, transfer.place);
  lane.Add(transfer);
}

void LanePool::LookAgainSoon() {
  if (look_timer_ && !looks_seldom_) return;
  const bool something_waits =
      !waiting_.empty() || !shared_->unsent.empty() ||
      std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->active > 0; });
  if (!something_waits && lanes_.empty()) return;
  if (look_timer_) {
    if (!something_waits) return;
    loop_.Disarm(*look_timer_);
  }
  looks_seldom_ = !something_waits;
  const clock::Duration interval =
      looks_seldom_ ? clock::Duration(kSeldomLookInterval) : clock::Duration(kLookInterval);
  look_timer_ = loop_.Arm(loop_.Now() + interval, [this] {
    look_timer_.reset();
    Look();
  });
}

void LanePool::Look() {
  const clock::TimePoint now = loop_.Now();
  for (const auto& lane : lanes_) {
    if (lane->active == 0 && now - lane->last_used >= kMaxIdle) lane->is_retired = true;
    if (!lane->is_open || lane->unsent.empty()) continue;
    if (++lane->idle_looks >= kLooksUntilFull) TakeBackUnsent(*lane);
  }
  for (size_t i = 0; i < std::min(lanes_.size(), kLanesALook); ++i) {
    EndThoseSentAgain(*lanes_[++lanes_looked_at_ % lanes_.size()]);
  }
  OnTurn();
}

// Upstream allows fewer streams than we thought; or the connection is being closed by it, and takes
// no more.
void LanePool::TakeBackUnsent(Lane& lane) {
  if (lane.started == lane.active) {
    stream_limit_ = std::max<size_t>(1, lane.active - lane.unsent.size());
    lane.idle_looks = 0;
  } else {
    lane.is_retired = true;
  }
  for (Transfer* transfer : lane.unsent) lane.Remove(*transfer);
  waiting_.splice(waiting_.begin(), lane.unsent);
}

// What libcurl would send again, such as a stream that was refused, waits in it for a new
// connection, and the lane has none while others are on the old one.
void LanePool::EndThoseSentAgain(Lane& lane) {
  std::vector<Transfer*> lost;
  for (Transfer* transfer : lane.sent) {
    if (!HasTlsConnection(transfer->easy())) lost.push_back(transfer);
  }
  for (Transfer* transfer : lost) {
    lane.sent.erase(transfer->place);
    lane.Remove(*transfer);
    on_done_(*transfer, CURLE_RECV_ERROR);
  }
}

}  // namespace suprsend_gateway::http
