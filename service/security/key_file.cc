#include "service/security/key_file.h"

#include <thread>
#include <utility>

namespace suprsend_gateway::security {

KeyFile::KeyFile(FileWatch& watch, std::string path) : watch_(watch), path_(std::move(path)) {
  watch_.Add({path_}, [this] {
    Read(Cause::kChanged);
    return true;
  });
}

absl::StatusOr<ApiKey> KeyFile::ReadFirst() {
  absl::StatusOr<ApiKey> key = ReadApiKeyFile(path_);
  if (key.ok()) key_ = *key;
  return key;
}

void KeyFile::ReadAgain(absl::AnyInvocable<void() &&> done) {
  bool is_first;
  {
    base::MutexLock lock(mutex_);
    is_first = waiting_.empty();
    waiting_.push_back(std::move(done));
  }
  if (is_first) watch_.Run([this] { ReadForWaiting(); });
}

void KeyFile::ReadForWaiting() {
  std::this_thread::sleep_until(next_read_again_);
  next_read_again_ = std::chrono::steady_clock::now() + kReadAgainPause;
  // Taken before the reading: who comes during it may know of a change that it does not see.
  std::vector<absl::AnyInvocable<void() &&>> waiting;
  {
    base::MutexLock lock(mutex_);
    waiting.swap(waiting_);
  }
  Read(Cause::kAsked);
  for (auto& done : waiting) std::move(done)();
}

void KeyFile::Read(Cause cause) {
  absl::StatusOr<ApiKey> key = ReadApiKeyFile(path_);
  if (!key.ok()) return OnBadFile(key.status(), cause);
  const bool is_mended = !std::exchange(fault_, "").empty();
  is_told_early_ = false;
  if (key->Reveal() != key_->Reveal()) {
    key_ = *std::move(key);
    observer_->OnKeyReplaced(*key_);
  } else if (is_mended) {
    observer_->OnMended();
  }
}

void KeyFile::OnBadFile(const absl::Status& fault, Cause cause) {
  const bool is_new = fault.message() != fault_;
  // The watch tells of a change later than who asks may find it.
  const bool is_told = !is_new && (cause == Cause::kAsked || is_told_early_);
  is_told_early_ = cause == Cause::kAsked && (is_new || is_told_early_);
  fault_ = std::string(fault.message());
  if (!is_told) observer_->OnFault(fault);
}

}  // namespace suprsend_gateway::security
