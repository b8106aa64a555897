#ifndef SERVICE_NET_ACCEPTOR_H_
#define SERVICE_NET_ACCEPTOR_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "service/base/file_descriptor.h"
#include "service/base/memory_state.h"
#include "service/net/connections.h"

namespace suprsend_gateway::net {

// Accepts connections and watches over them, on a thread of its own. Whatever the system refuses
// for want of descriptors or memory is tried again: it never stops listening by itself.
class Acceptor {
 public:
  // What callers may take. All are called on the acceptor's thread.
  struct Limits {
    // A connection is turned away, which is to close it at once, when its descriptor is not below
    // this. The system gives out the lowest that is free, so at least so many are in use then, and
    // all above stay free for others.
    int end_of_descriptors = 0;
    std::function<void()> on_turned_away;
    // Asked ten times a second, and fifty times while memory is not enough. Where it is short, new
    // connections are turned away; where it grows, the connection that has sent most is ended, if
    // that is much. Where it grows on, twice as many each time, and of those that have sent less;
    // but for five seconds nobody who sends far less than those who were ended.
    std::function<base::MemoryState()> look;
    std::function<void(const Connections::Sender& sender)> on_ended;
  };
  // Takes a connection over, on the acceptor's thread.
  using OnConnection = std::function<void(base::FileDescriptor connection, int listening_fd)>;
  // `listening`: of Listen().
  Acceptor(std::vector<base::FileDescriptor> listening, OnConnection on_connection, Limits limits);
  // Nothing is called any more once it is back.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // From here on nobody can connect; who is connected is watched over as before. Any thread.
  void StopListening();
  // Ends every connection, soon. Any thread.
  void EndAll() { end_all_ = true; }

 private:
  void Run();
  // Takes of what waits there. False when the system has nothing left to give a connection.
  bool Accept(int listening_fd);
  void Look();

  const std::vector<base::FileDescriptor> listening_;
  const OnConnection on_connection_;
  const Limits limits_;
  Connections connections_;
  base::MemoryState memory_ = base::MemoryState::kEnough;
  int steps_of_growth_ = 0;  // Since memory became short.
  // How much nobody is ended for, until then.
  uint64_t spared_in_aftermath_ = 0;
  std::chrono::steady_clock::time_point aftermath_ends_;
  std::chrono::steady_clock::time_point next_look_;
  std::atomic<bool> listens_ = true;
  std::atomic<bool> end_all_ = false;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_ACCEPTOR_H_
