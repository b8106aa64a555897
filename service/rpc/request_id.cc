#include "service/rpc/request_id.h"

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

}  // namespace

std::string NewRequestId() {
  thread_local std::mt19937_64 engine = SeededEngine();
  return absl::StrCat(absl::Hex(engine(), absl::kZeroPad16), absl::Hex(engine(), absl::kZeroPad16));
}

}  // namespace suprsend_gateway::rpc
