#include "service/rpc/commitments.h"

namespace suprsend_gateway::rpc {

std::shared_ptr<Commitment> Commitments::Begin(clock::TimePoint latest,
                                               absl::AnyInvocable<void() &&> go_on) {
  auto commitment = std::make_shared<Commitment>(latest, std::move(go_on));
  bool is_first;
  {
    base::MutexLock lock(mutex_);
    is_first = begun_.empty();
    begun_.push_back(commitment);
  }
  if (is_first) LookLater();
  return commitment;
}

void Commitments::LookLater() {
  clock_.After(kLookInterval, [this] { Look(); });
}

void Commitments::Look() {
  const clock::TimePoint now = clock_.Now();
  std::vector<std::shared_ptr<Commitment>> late;
  bool others_wait;
  {
    base::MutexLock lock(mutex_);
    std::erase_if(begun_, [&](const std::weak_ptr<Commitment>& begun) {
      auto commitment = begun.lock();
      if (commitment == nullptr || commitment->has_ended()) return true;
      if (now < commitment->latest()) return false;
      late.push_back(std::move(commitment));
      return true;
    });
    others_wait = !begun_.empty();
  }
  if (others_wait) LookLater();
  for (const auto& commitment : late) commitment->End();
}

}  // namespace suprsend_gateway::rpc
