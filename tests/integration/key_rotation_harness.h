#ifndef SUPRSEND_GATEWAY_TESTS_INTEGRATION_KEY_ROTATION_HARNESS_H_
#define SUPRSEND_GATEWAY_TESTS_INTEGRATION_KEY_ROTATION_HARNESS_H_

#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/gateway.h"
#include "tests/support/gateway_client.h"
#include "tests/support/raw_upstream.h"

namespace suprsend_gateway::testing {

inline const CancelRequest kPinned{.execution_id = "dsl_1"};
inline const CancelRequest kOpen{.recipients = {"ann"}, .workflow_slug = "reminder"};

// "canary_key_NUMBER". A key must show nowhere, so all that a test puts in the file has "canary".
std::string Key(int number);

// An upstream that takes some keys, and answers others with 401 and the key in all its words. Any
// thread.
class Keyring {
 public:
  void Accept(std::set<std::string> keys);
  void Answer(const RawRequest& request, RawConnection& connection);
  // Whether a request came with it, and was taken.
  bool HasTaken(const std::string& key) const;

 private:
  mutable std::mutex mutex_;
  std::set<std::string> accepted_;
  std::set<std::string> taken_;
};

// A gateway with a key file that a test replaces, before a Keyring. Whatever a test does, no key
// may show in replies, log or metrics.
class KeyRotation : public ::testing::Test {
 protected:
  void TearDown() override;

  // Puts the file in place as a careful operator does: whole, under another name, then renamed.
  void Put(const std::string& content) const;
  void Start(const std::vector<std::string>& flags = {});
  CallReply Call(const CancelRequest& request = kOpen);
  bool WaitForLog(const std::string& text) const;
  // The gateway must use it within 2 s, though it is not refused with the one before.
  void ExpectInUseSoon(const std::string& key);

  const TempDir secret_;
  Keyring keys_;
  RawUpstream upstream_{[this](const RawRequest& request, RawConnection& connection) {
    keys_.Answer(request, connection);
  }};
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<GatewayClient> client_;
};

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_INTEGRATION_KEY_ROTATION_HARNESS_H_
