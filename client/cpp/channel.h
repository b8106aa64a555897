#ifndef CLIENT_CPP_CHANNEL_H_
#define CLIENT_CPP_CHANNEL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/cpp/tls_files.h"

namespace grpc {
class Channel;
}

namespace suprsend_gateway::client {

// Channels with the service config of client/service_config.json, and without the proxies that the
// environment names (http_proxy).
std::shared_ptr<grpc::Channel> PlaintextChannel(const std::string& target);

// INVALID_ARGUMENT, with the field of TlsFiles, where one of the files cannot be read.
absl::StatusOr<std::shared_ptr<grpc::Channel>> TlsChannel(const std::string& target,
                                                          const TlsFiles& files);

}  // namespace suprsend_gateway::client

#endif  // CLIENT_CPP_CHANNEL_H_
