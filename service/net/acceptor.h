#ifndef SERVICE_NET_ACCEPTOR_H_
#define SERVICE_NET_ACCEPTOR_H_

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "service/net/socket.h"

namespace suprsend_gateway::net {

// Accepts connections, on a thread of its own, for as long as it lives. Whatever the system refuses
// for want of descriptors or memory is tried again: it never stops listening.
class Acceptor {
 public:
  struct Options {
    std::vector<Socket> listening;  // Of Listen().
    // A connection is closed at once when its descriptor is not below this. The system gives out
    // the lowest that is free, so at least so many are in use then, and all above stay free for
    // others.
    int end_of_descriptors = 0;
    // Takes a connection over. Both are called on the acceptor's thread.
    std::function<void(Socket connection)> on_connection;
    std::function<void()> on_turned_away;
  };
  explicit Acceptor(Options options);
  // Closes the listening sockets; nothing is called any more once it is back.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  void Run();
  // Takes what waits there. False when the system has nothing left to give a connection.
  bool AcceptAll(int listening_fd);

  const Options options_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_ACCEPTOR_H_
