#ifndef CLIENT_CPP_TLS_FILES_H_
#define CLIENT_CPP_TLS_FILES_H_

#include <string>

namespace suprsend_gateway::client {

// What mutual TLS needs, as paths of PEM files. They are read again when they change: connections
// that are made a second later have what is then in them. That is gRPC's own doing: while
// certificate and key do not belong together no new connection is made, and of an empty file the
// last content that it had stays in use.
struct TlsFiles {
  std::string ca_file;    // The authorities that vouch for the gateway.
  std::string cert_file;  // The caller's certificate with its chain.
  std::string key_file;   // The key that belongs to it.
};

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_TLS_FILES_H_
