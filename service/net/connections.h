#ifndef SERVICE_NET_CONNECTIONS_H_
#define SERVICE_NET_CONNECTIONS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "service/base/file_descriptor.h"

namespace suprsend_gateway::net {

// TCP connections that were handed over to somebody who closes them without a word, and who offers
// no way to have one closed. One thread at a time.
class Connections {
 public:
  // Before it is handed over.
  void Add(int fd);

  // From here on counts what each of them sends.
  void StartCounting() { Count(); }

  struct Sender {
    std::string peer;  // "127.0.0.1:40000".
    uint64_t bytes = 0;
  };
  // Ends those that have sent most since the counting was started, or this was called last: `most`
  // of them, of those that have sent `least_bytes` or more. Their owner finds them closed by the
  // peer.
  std::vector<Sender> EndBiggestSenders(size_t most, uint64_t least_bytes);
  void EndAll();

 private:
  struct Known {
    ino_t inode;  // A descriptor's number is given out again, a socket's inode is not.
    uint64_t received = 0;
    uint64_t newly_received = 0;
  };
  // Also forgets those that are closed.
  void Count();
  // False where the descriptor is another's by now.
  bool End(int fd, ino_t inode, std::string* peer);

  std::unordered_map<int, Known> by_fd_;
  // Makes room for one more descriptor where there is no other.
  base::FileDescriptor spare_ = OpenSpare();
  static base::FileDescriptor OpenSpare();
};

}  // namespace suprsend_gateway::net

#endif  // SERVICE_NET_CONNECTIONS_H_
