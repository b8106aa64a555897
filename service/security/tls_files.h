#ifndef SERVICE_SECURITY_TLS_FILES_H_
#define SERVICE_SECURITY_TLS_FILES_H_

#include <chrono>
#include <string>

#include "absl/status/statusor.h"

namespace suprsend_gateway::security {

// What a TLS server shows its clients, and by whom they must have been vouched for. The texts are
// PEM. Read whole and found sound, also by what OpenSSL asks of it in a handshake, so that a server
// that takes it cannot fail on it.
//
// An error names the file and what is wrong with it, never its content. These read files: not for
// a gRPC thread or the event loop.

struct ServerCertificate {
  std::string chain;  // The server's own first.
  std::chrono::system_clock::time_point not_after;
};

// A chain that OpenSSL takes, whose first certificate is valid now.
absl::StatusOr<ServerCertificate> ReadServerCertificate(const std::string& path);

// A private key, not encrypted, that belongs to the first certificate of `chain`.
absl::StatusOr<std::string> ReadPrivateKey(const std::string& path, const std::string& chain);

struct ClientAuthorities {
  std::string pem;
  // From then on none of them is valid. That of a root may come before, where its file has others.
  std::chrono::system_clock::time_point not_after;
};

// Certificates, of which at least one is an authority and valid now: else nobody could connect.
absl::StatusOr<ClientAuthorities> ReadClientAuthorities(const std::string& path);

}  // namespace suprsend_gateway::security

#endif  // SERVICE_SECURITY_TLS_FILES_H_
