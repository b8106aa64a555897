#include "tests/integration/tls_fate.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <random>
#include <utility>
#include <vector>

#include "tests/integration/tls_fault_harness.h"

namespace suprsend_gateway::testing {
namespace {

using Random = std::mt19937;

constexpr char kRuns[] = R"({"execution_ids":["dsl_1","dsl_2"]})";
constexpr char kRefusal[] = R"({"code":"refused","message":"no"})";
constexpr uint32_t kLastErrorCode = 0xd;
constexpr int32_t kHighestStream = std::numeric_limits<int32_t>::max();

int Below(Random& random, int limit) {
  return std::uniform_int_distribution<int>(0, limit - 1)(random);
}

struct Refusal {
  int status;
  const char* verdict;
};

// None that a retry policy takes for transient: an open call is then one POST.
constexpr Refusal kRefusals[] = {
    {400, "INVALID_ARGUMENT/UPSTREAM_REJECTED/NOT_APPLIED"},
    {401, "INTERNAL/UPSTREAM_CREDENTIALS_REJECTED/NOT_APPLIED"},
    {404, "NOT_FOUND/UPSTREAM_NOT_FOUND/NOT_APPLIED"},
    {409, "ABORTED/UPSTREAM_CONFLICT/NOT_APPLIED"},
    {500, "UNKNOWN/UPSTREAM_ERROR/UNKNOWN"},
};

TlsScript Both(TlsScript first, TlsScript second) {
  return [first = std::move(first), second = std::move(second)](TlsExchange& exchange) {
    first(exchange);
    second(exchange);
  };
}

TlsScript Delayed(Random& random, const TlsScript& act) {
  const std::chrono::milliseconds delay(Below(random, 4));
  if (delay.count() == 0) return act;
  return [delay, act](TlsExchange& exchange) { exchange.After(delay, act); };
}

void HalfABody(TlsExchange& exchange) { exchange.AnswerHalf(200, kRuns); }

// Ends the connection, and so each call on it.
TlsFate ConnectionFault(Random& random, bool http2) {
  const auto go_away = [](TlsExchange& e) { e.GoAway(std::max(e.request().stream - 2, 0)); };
  switch (Below(random, http2 ? 9 : 7)) {
    case 0:
      return {"close", &TlsExchange::Close, kLost};
    case 1:
      return {"cut", &TlsExchange::Cut, kLost};
    case 2:
      return {"reset", &TlsExchange::Reset, kLost};
    case 3:
      return {"half a head, close", Both(&TlsExchange::AnswerHalfHead, &TlsExchange::Close), kLost};
    case 4:
      return {"half a head, reset", Both(&TlsExchange::AnswerHalfHead, &TlsExchange::Reset), kLost};
    case 5:
      return {"half a body, close", Both(&HalfABody, &TlsExchange::Close), kLost};
    case 6:
      return {"answer, close", Both(&AnswerWithOwnId, &TlsExchange::Close), kOk};
    case 7:
      return {"GOAWAY below", go_away, kLost};
    default:
      return {"GOAWAY below, close", Both(go_away, &TlsExchange::Close), kLost};
  }
}

// Over HTTP/2, other calls on the connection go on.
TlsFate StreamFault(Random& random) {
  const auto code = static_cast<uint32_t>(Below(random, kLastErrorCode + 1));
  const auto reset_stream = [code](TlsExchange& exchange) { exchange.ResetStream(code); };
  const auto newest = [](TlsExchange& e) { e.GoAway(e.NewestStream()); };
  const auto notice = [](TlsExchange& e) { e.GoAway(kHighestStream); };
  switch (Below(random, 8)) {
    case 0:
    case 1:
    case 2:
      return {"RST_STREAM " + std::to_string(code), reset_stream, kLost};
    case 3:
    case 4:
      return {"half a body, RST_STREAM " + std::to_string(code), Both(&HalfABody, reset_stream),
              kLost};
    case 5:
      return {"GOAWAY, answer", Both(newest, Delayed(random, &AnswerWithOwnId)), kOk};
    default:
      return {"GOAWAY notice, answer", Both(notice, Delayed(random, &AnswerWithOwnId)), kOk};
  }
}

// A generator of its own for everything that has a fate.
Random RandomOf(uint32_t seed, const std::string& name) {
  std::vector<uint32_t> seeds = {seed};
  seeds.insert(seeds.end(), name.begin(), name.end());
  std::seed_seq sequence(seeds.begin(), seeds.end());
  return Random(sequence);
}

}  // namespace

TlsFate TlsFates::OfCall(const std::string& id) const {
  Random random = RandomOf(seed_, id);
  const int chance = Below(random, 1'000);
  if (chance < 770) return {"answer", Delayed(random, &AnswerWithOwnId), kOk};
  if (chance < 870) {
    const Refusal refusal = kRefusals[Below(random, static_cast<int>(std::size(kRefusals)))];
    const auto refuse = [status = refusal.status](TlsExchange& exchange) {
      exchange.Answer(status, kRefusal);
    };
    return {std::to_string(refusal.status), Delayed(random, refuse), refusal.verdict};
  }
  if (chance < 880) return {"silence", [](TlsExchange&) {}, kTimeout};
  // The end of a connection is the end of up to a hundred calls over HTTP/2, and so is rarer.
  return http2_ && chance < 995 ? StreamFault(random) : ConnectionFault(random, http2_);
}

Handshake TlsFates::OfConnection(int number) const {
  Random random = RandomOf(seed_, "connection " + std::to_string(number));
  const int chance = Below(random, 10);
  if (chance > 1) return Handshake::kFinish;
  return chance == 0 ? Handshake::kClose : Handshake::kReset;
}

std::ostream& operator<<(std::ostream& out, const TlsFate& fate) { return out << fate.name; }

}  // namespace suprsend_gateway::testing
