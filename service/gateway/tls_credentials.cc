#include "service/gateway/tls_credentials.h"

#include <grpc/grpc.h>
#include <grpc/grpc_security.h>
#if __has_include(<grpc/credentials.h>)
#include <grpc/credentials.h>
#endif
#include <grpcpp/security/server_credentials.h>

#include <type_traits>
#include <utility>

namespace suprsend_gateway::gateway {
namespace {

// With the same material, too, gRPC then begins anew, with other keys for its TLS session tickets.
// Who resumes a session is not asked for a certificate again, so this is how long one that has
// expired can still be used for a new connection.
constexpr auto kRenewal = std::chrono::seconds(10);

// gRPC's C++ interface to reloading (FileWatcherCertificateProvider) polls by itself, checks
// nothing and tells nobody. Its C interface asks at each new connection; this makes C++ credentials
// of it. ServerCredentials was abstract at first, and later became a holder of the C object.
template <typename Credentials, bool kIsAbstract>
class FromC;

template <typename Credentials>
class FromC<Credentials, true> final : public Credentials {
 public:
  explicit FromC(grpc_server_credentials* credentials) : credentials_(credentials) {}
  ~FromC() override { grpc_server_credentials_release(credentials_); }
  void SetAuthMetadataProcessor(const std::shared_ptr<grpc::AuthMetadataProcessor>&) override {}

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* const credentials_;
};

template <typename Credentials>
class FromC<Credentials, false> final : public Credentials {
 public:
  explicit FromC(grpc_server_credentials* credentials) : Credentials(credentials) {}
};

// gRPC calls it for each new connection.
grpc_ssl_certificate_config_reload_status Fetch(void* source,
                                                grpc_ssl_server_certificate_config** config) {
  const std::shared_ptr<const TlsMaterial> material =
      static_cast<TlsMaterialSource*>(source)->TakeIfNew();
  if (material == nullptr) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair pair = {.private_key = material->private_key.c_str(),
                                           .cert_chain = material->certificate_chain.c_str()};
  *config = grpc_ssl_server_certificate_config_create(material->client_authorities.c_str(), &pair,
                                                      /*num_key_cert_pairs=*/1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

}  // namespace

bool TlsMaterialSource::Replace(TlsMaterial material) {
  base::MutexLock lock(mutex_);
  if (material_ != nullptr && *material_ == material) return false;
  material_ = std::make_shared<const TlsMaterial>(std::move(material));
  taken_at_.reset();
  return true;
}

std::shared_ptr<const TlsMaterial> TlsMaterialSource::TakeIfNew() {
  const auto now = std::chrono::steady_clock::now();
  base::MutexLock lock(mutex_);
  if (taken_at_ && now < *taken_at_ + kRenewal) return nullptr;
  taken_at_ = now;
  return material_;
}

std::shared_ptr<grpc::ServerCredentials> MakeTlsCredentials(TlsMaterialSource& source) {
  grpc_ssl_server_credentials_options* const options =
      grpc_ssl_server_credentials_create_options_using_config_fetcher(
          GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &Fetch, &source);
  return std::make_shared<
      FromC<grpc::ServerCredentials, std::is_abstract_v<grpc::ServerCredentials>>>(
      grpc_ssl_server_credentials_create_with_options(options));
}

}  // namespace suprsend_gateway::gateway
