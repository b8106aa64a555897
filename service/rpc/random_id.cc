#include "service/rpc/random_id.h"

#include <array>
#include <cstdint>
#include <random>

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::rpc {
namespace {

std::mt19937_64 SeededEngine() {
  std::random_device device;
  std::array<uint32_t, 8> seeds;
  for (uint32_t& seed : seeds) seed = device();
  std::seed_seq sequence(seeds.begin(), seeds.end());
  return std::mt19937_64(sequence);
}

uint64_t NonZero() {
  thread_local std::mt19937_64 engine = SeededEngine();
  uint64_t number = 0;
  while (number == 0) number = engine();
  return number;
}

std::string Digits16() { return absl::StrCat(absl::Hex(NonZero(), absl::kZeroPad16)); }

std::string Digits32() {
  return absl::StrCat(absl::Hex(NonZero(), absl::kZeroPad16),
                      absl::Hex(NonZero(), absl::kZeroPad16));
}

}  // namespace

std::string NewRequestId() { return Digits32(); }

std::string NewTraceId() { return Digits32(); }

std::string NewSpanId() { return Digits16(); }

}  // namespace suprsend_gateway::rpc
