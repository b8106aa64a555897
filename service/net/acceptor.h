#ifndef SERVICE_NET_ACCEPTOR_H_
#define SERVICE_NET_ACCEPTOR_H_

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "service/net/connections.h"
#include "service/net/socket.h"

namespace suprsend_gateway::net {

// Accepts connections, on a thread of its own, for as long as it lives. Whatever the system refuses
// for want of descriptors or memory is tried again: it never stops listening.
class Acceptor {
 public:
  enum class Senders {
    kLeave,
    kCount,      // From here on, what each of them sends.
    kEndBiggest  // Of those counted, if it is much.
  };
  // What callers may take. All are called on the acceptor's thread.
  struct Limits {
    // A connection is closed at once when its descriptor is not below this. The system gives out
    // the lowest that is free, so at least so many are in use then, and all above stay free for
    // others.
    int end_of_descriptors = 0;
    std::function<void()> on_turned_away;
    // Asked ten times a second, what to do about those who send.
    std::function<Senders()> look;
    std::function<void(const Connections::Sender& sender)> on_ended;
  };
  // Takes a connection over, on the acceptor's thread.
  using OnConnection = std::function<void(Socket connection, int listening_fd)>;
  // `listening`: of Listen().
  Acceptor(std::vector<Socket> listening, OnConnection on_connection, Limits limits);
  // Closes the listening sockets; nothing is called any more once it is back.
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

 private:
  void Run();
  // Takes what waits there. False when the system has nothing left to give a connection.
  bool AcceptAll(int listening_fd);
  void LookAtSenders();

  const std::vector<Socket> listening_;
  const OnConnection on_connection_;
  const Limits limits_;
  Connections connections_;
  std::chrono::steady_clock::time_point next_look_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_ACCEPTOR_H_
