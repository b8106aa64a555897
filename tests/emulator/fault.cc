#include "tests/emulator/fault.h"

#include <utility>

namespace suprsend_gateway::emulator {
namespace {

bool Matches(const Fault& fault, const std::string& path, const std::string& body) {
  if (fault.path && *fault.path != path) return false;
  return !fault.body_contains || body.find(*fault.body_contains) != std::string::npos;
}

}  // namespace

void FaultList::Replace(std::vector<Fault> faults) {
  std::vector<Entry> entries;
  entries.reserve(faults.size());
  for (Fault& fault : faults) {
    entries.push_back({.fault = std::make_shared<const Fault>(std::move(fault))});
  }
  MutexLock lock(mutex_);
  entries_ = std::move(entries);
}

std::optional<FaultList::Taken> FaultList::Take(const std::string& path, const std::string& body) {
  MutexLock lock(mutex_);
  for (size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.fault->times && entry.taken >= *entry.fault->times) continue;
    if (!Matches(*entry.fault, path, body)) continue;
    ++entry.taken;
    return Taken{.index = i, .fault = entry.fault};
  }
  return std::nullopt;
}

}  // namespace suprsend_gateway::emulator
