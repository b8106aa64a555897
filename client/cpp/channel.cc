#include "client/cpp/channel.h"

#include <grpcpp/channel.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <grpcpp/support/channel_arguments.h>

#include <fstream>

#include "absl/status/status.h"
#include "client/cpp/service_config.h"

namespace suprsend_gateway::client {
namespace {

constexpr unsigned int kSecondsBetweenLooks = 1;

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& target, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  // A gateway that has died without a word is noticed while calls wait for it.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  arguments.SetServiceConfigJSON(kServiceConfig);
  return grpc::CreateCustomChannel(target, credentials, arguments);
}

// gRPC would only log it, and let every call wait for its deadline.
absl::Status CheckReadable(const char* field, const std::string& path) {
  if (std::ifstream(path).peek() != std::ifstream::traits_type::eof()) return absl::OkStatus();
  return absl::InvalidArgumentError(std::string(field) + ": \"" + path +
                                    "\" cannot be read, or is empty");
}

}  // namespace

std::shared_ptr<grpc::Channel> PlaintextChannel(const std::string& target) {
  return MakeChannel(target, grpc::InsecureChannelCredentials());
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> TlsChannel(const std::string& target,
                                                          const TlsFiles& files) {
  for (const absl::Status& status :
       {CheckReadable("ca_file", files.ca_file), CheckReadable("cert_file", files.cert_file),
        CheckReadable("key_file", files.key_file)}) {
    if (!status.ok()) return status;
  }
  grpc::experimental::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(
      std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
          files.key_file, files.cert_file, files.ca_file, kSecondsBetweenLooks));
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  return MakeChannel(target, grpc::experimental::TlsCredentials(options));
}

}  // namespace suprsend_gateway::client
