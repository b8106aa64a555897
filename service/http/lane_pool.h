#ifndef SERVICE_HTTP_LANE_POOL_H_
#define SERVICE_HTTP_LANE_POOL_H_

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <vector>

#include "service/http/lane.h"

namespace suprsend_gateway::http {

// Decides which connection a transfer goes on. Left to itself, libcurl (7.88) opens HTTP/2
// connections one after another, and puts more transfers on one that is being opened than upstream
// allows streams. So each HTTP/2 connection is a lane of its own, more are opened as more is in
// flight, and what waits for one waits here. Over HTTP/1.1 there is one lane, in which each
// transfer takes a connection. Belongs to the loop's thread.
class LanePool final : public LaneOwner, public SendObserver {
 public:
  // A transfer has ended, with libcurl's code; it is in no lane any more. Must not call back.
  using OnDone = std::function<void(Transfer&, CURLcode)>;

  LanePool(EventLoop& loop, OnDone on_done);
  // The loop must have been stopped, and every transfer have ended or been removed.
  ~LanePool();
  LanePool(const LanePool&) = delete;
  LanePool& operator=(const LanePool&) = delete;

  // Takes a transfer to be sent.
  void Add(Transfer& transfer);
  // Gives a transfer up, wherever it is.
  void Remove(Transfer& transfer);
  // Whether `transfer`, unsent, waits for room on connections that stand.
  bool LacksRoom(const Transfer& transfer) const;

  void OnConnected(Transfer& transfer, int local_port, int fd) override;
  bool IsSpoilt(Transfer& transfer, int local_port, bool is_http2) override;
  void OnSend(Transfer& transfer, bool is_http2) override;

 private:
  enum class Protocol { kUnknown, kHttp1, kHttp2 };

  void OnEnd(Transfer& transfer, Lane& lane, CURLcode code) override;
  void OnTurn() override;

  void Feed();
  Lane* RoomFor(const Transfer& transfer);
  Lane* RoomOverHttp2();
  Lane& OpenLane();
  void OpenLanesForWaiting();
  size_t CountConnecting() const;
  void SettleLater(Lane& lane, CURL* easy);
  void Enter(Transfer& transfer, Lane& lane);
  void FailWaiting(CURLcode code);
  void AdoptHttp1Lane();
  void DropLanes();
  void LookAgainSoon();
  void Look();
  void TakeBackUnsent(Lane& lane);
  void EndThoseSentAgain(Lane& lane);
  std::list<Transfer*>& ListOf(const Transfer& transfer);

  EventLoop& loop_;
  const OnDone on_done_;
  const size_t streams_until_worn_;
  SocketOwners sockets_;
  std::list<Transfer*> waiting_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::unique_ptr<Lane> shared_;  // For HTTP/1.1.
  Protocol protocol_ = Protocol::kUnknown;
  size_t stream_limit_;
  clock::TimePoint no_growth_before_;
  std::optional<EventLoop::TimerId> look_timer_;
  bool looks_seldom_ = false;
  size_t lanes_looked_at_ = 0;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_LANE_POOL_H_
