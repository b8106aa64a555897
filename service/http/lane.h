#ifndef SERVICE_HTTP_LANE_H_
#define SERVICE_HTTP_LANE_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "service/http/curl_easy.h"
#include "service/http/event_loop.h"
#include "service/http/transfer.h"

namespace suprsend_gateway::http {

class Lane;
// Which lane an open socket belongs to.
using SocketOwners = absl::flat_hash_map<int, Lane*>;

// Who hears of a lane's events, on the loop's thread.
class LaneOwner {
 public:
  // A transfer has ended by itself, with libcurl's code; its lane has let go of it. No lane may be
  // destroyed in here.
  virtual void OnEnd(Transfer& transfer, Lane& lane, CURLcode code) = 0;
  // The events of a turn have been dealt with; anything may be done in here.
  virtual void OnTurn() = 0;

 protected:
  ~LaneOwner() = default;
};

// One multi handle on the event loop: a single connection, which many transfers share over HTTP/2,
// or as many as there are transfers. Belongs to the loop's thread.
class Lane {
 public:
  enum class Kind { kOneConnection, kManyConnections };

  // All must outlive the lane.
  Lane(EventLoop& loop, SocketOwners& sockets, LaneOwner& owner, Kind kind);
  ~Lane();
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // From now on each transfer may have a connection of its own.
  void BecomeMany();

  void Add(Transfer& transfer);
  void Remove(Transfer& transfer);
  void OnSocket(int fd, uint32_t events);
  // The socket of a connection, by its port of this host.
  void Remember(int local_port, int fd);
  // Whether the connection from that port of this host must not be used again: over HTTP/2 it has
  // ended, over HTTP/1.1 there is something to read on it, which ends it.
  bool IsSpoilt(int local_port, bool is_http2) const;

  Kind kind;
  const clock::TimePoint created;
  // Kept by Add and Remove.
  size_t active = 0;   // Transfers in it.
  size_t started = 0;  // Ever added.
  clock::TimePoint last_used;
  // Kept by the owner.
  std::list<Transfer*> unsent;  // Of the active ones.
  std::list<Transfer*> sent;    // The others.
  bool is_open = false;         // Something was sent: its connection stands.
  clock::TimePoint settled_at;  // From when on more may be put on an HTTP/2 connection that stands.
  bool is_retired = false;      // Takes no more transfers, and goes when it is empty.
  bool has_successor = false;   // A lane was opened to take over from it.
  int unanswered = 0;           // Sent transfers that were given up since the last answer.
  int idle_looks = 0;           // How often the owner has looked since something was sent.

 private:
  void Act(curl_socket_t fd, int events);
  static int OnSocketChange(CURL*, curl_socket_t fd, int what, void* self, void*);
  static int OnTimerChange(CURLM*, long timeout_ms, void* self);

  EventLoop& loop_;
  SocketOwners& sockets_;
  LaneOwner& owner_;
  std::optional<EventLoop::TimerId> timer_;
  // That of the one connection, once it stands. May be gone.
  int shared_socket_ = -1;
  // By port of this host. May hold sockets that are gone.
  absl::flat_hash_map<int, int> sockets_by_port_;
  CurlMulti multi_;
};

}  // namespace suprsend_gateway::http

#endif  // SERVICE_HTTP_LANE_H_
