#include "tests/integration/tls_faults.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "tests/integration/tls_fault_harness.h"

namespace suprsend_gateway::testing {
namespace {

constexpr int32_t kHighestStream = std::numeric_limits<int32_t>::max();
constexpr char kRuns[] = R"({"execution_ids":["dsl_1","dsl_2"]})";
constexpr char kRefusal[] = R"({"code":"conflict","message":"not now"})";
// Neither length nor chunks: the body lasts until the connection ends.
constexpr char kHalfABodyWithoutLength[] =
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"execution_ids\":[\"dsl_1\"";

// By their number in RFC 9113, section 7.
constexpr const char* kErrorCodes[] = {
    "NoError",      "ProtocolError",   "InternalError",      "FlowControlError", "SettingsTimeout",
    "StreamClosed", "FrameSizeError",  "RefusedStream",      "Cancel",           "CompressionError",
    "ConnectError", "EnhanceYourCalm", "InadequateSecurity", "Http11Required"};

TlsScript Both(const TlsScript& first, const TlsScript& second) {
  return [first, second](TlsExchange& exchange) {
    first(exchange);
    second(exchange);
  };
}

TlsScript Half(int status, const std::string& body) {
  return [status, body](TlsExchange& exchange) { exchange.AnswerHalf(status, body); };
}

void HalfAHead(TlsExchange& exchange) {
  // Of one stream alone: a second half frame beside the first would be a fault of its own.
  if (exchange.request().stream == exchange.NewestStream()) exchange.AnswerHalfHead();
}

// Of all calls on a connection, the last one ends it.
TlsScript AndThenEnd(const TlsScript& act, void (TlsExchange::*end)()) {
  return [act, end](TlsExchange& exchange) {
    const bool is_last = exchange.request().stream == exchange.NewestStream();
    act(exchange);
    if (is_last) (exchange.*end)();
  };
}

// The connection ends after `act`, in each way.
void AddEnds(std::vector<TlsFault>& faults, const std::string& name, const TlsScript& act,
             const std::string& verdict, bool http2) {
  faults.push_back({name + "ThenClose", AndThenEnd(act, &TlsExchange::Close), verdict, http2});
  faults.push_back({name + "ThenCut", AndThenEnd(act, &TlsExchange::Cut), verdict, http2});
  faults.push_back({name + "ThenReset", AndThenEnd(act, &TlsExchange::Reset), verdict, http2});
}

void AddSilence(std::vector<TlsFault>& faults, const std::string& name, const TlsScript& act,
                const std::string& verdict, bool http2) {
  faults.push_back({name + "ThenSilence", act, verdict, http2, /*silent=*/true});
}

// Those that both protocols know.
std::vector<TlsFault> CommonFaults(bool http2) {
  const auto nothing = [](TlsExchange&) {};
  std::vector<TlsFault> faults;
  AddEnds(faults, "NoReply", nothing, kLost, http2);
  AddEnds(faults, "HalfAHead", &HalfAHead, kLost, http2);
  AddEnds(faults, "HalfABody", Half(200, kRuns), kLost, http2);
  // A refusal counts once its headers are there. (A TCP RST may overtake them.)
  const TlsScript refusal = Half(409, kRefusal);
  faults.push_back(
      {"HalfARefusalThenClose", AndThenEnd(refusal, &TlsExchange::Close), kConflict, http2});
  faults.push_back(
      {"HalfARefusalThenCut", AndThenEnd(refusal, &TlsExchange::Cut), kConflict, http2});
  AddSilence(faults, "NoReply", nothing, kTimeout, http2);
  AddSilence(faults, "HalfAHead", &HalfAHead, kTimeout, http2);
  faults.back().spoils_connection = http2;
  AddSilence(faults, "HalfABody", Half(200, kRuns), kTimeout, http2);
  AddSilence(faults, "HalfARefusal", refusal, kConflict, http2);
  return faults;
}

void AddStreamResets(std::vector<TlsFault>& faults) {
  for (uint32_t code = 0; code < std::size(kErrorCodes); ++code) {
    const std::string name = std::string("RstStream") + kErrorCodes[code];
    const auto reset = [code](TlsExchange& exchange) { exchange.ResetStream(code); };
    faults.push_back({name, reset, kLost, true});
    faults.push_back({"HalfABodyThen" + name, Both(Half(200, kRuns), reset), kLost, true});
  }
  const auto no_error = [](TlsExchange& exchange) { exchange.ResetStream(0x0); };
  // Not a fault: RFC 9113, section 8.1, allows it.
  faults.push_back({"AnswerThenRstStreamNoError", Both(&AnswerWithOwnId, no_error), kOk, true});
  const auto unended = [](TlsExchange& e) { e.AnswerWithoutEnd(200, kRuns); };
  faults.push_back({"AnswerWithoutEndThenRstStreamNoError", Both(unended, no_error), kOk, true});
  // As below.
  faults.back().or_verdict = kLost;
  const auto cancel = [](TlsExchange& exchange) { exchange.ResetStream(0x8); };
  faults.push_back(
      {"HalfARefusalThenRstStream", Both(Half(409, kRefusal), cancel), kConflict, true});
  // Of several streams that are reset at once, libcurl 7.88 drops the headers of all but one.
  faults.back().or_verdict = kLost;
}

void AddGoAways(std::vector<TlsFault>& faults) {
  const auto below = [](TlsExchange& e) { e.GoAway(std::max(e.request().stream - 2, 0)); };
  const auto equal = [](TlsExchange& e) { e.GoAway(e.NewestStream()); };
  const auto above = [](TlsExchange& e) { e.GoAway(kHighestStream); };
  faults.push_back({"GoAwayBelow", below, kLost, true});
  AddEnds(faults, "GoAwayBelow", below, kLost, true);
  AddEnds(faults, "GoAwayEqual", equal, kLost, true);
  AddEnds(faults, "GoAwayAbove", above, kLost, true);
  faults.push_back({"GoAwayEqualThenAnswer", Both(equal, &AnswerWithOwnId), kOk, true});
  faults.push_back({"GoAwayAboveThenAnswer", Both(above, &AnswerWithOwnId), kOk, true});
  // How an upstream ends a connection that is still in use: no call is lost.
  faults.push_back({"GoAwayEqualThenAnswerThenClose",
                    AndThenEnd(Both(equal, &AnswerWithOwnId), &TlsExchange::Close), kOk, true});
  AddSilence(faults, "GoAwayEqual", equal, kTimeout, true);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const TlsFault& fault) { return out << fault.name; }

std::vector<TlsFault> Http11Faults() {
  std::vector<TlsFault> faults = CommonFaults(/*http2=*/false);
  AddEnds(
      faults, "HalfAStatusLine", [](TlsExchange& e) { e.SendRaw("HTTP/1.1 20"); }, kLost, false);
  // The end of the connection is the end of the body.
  const auto half = [](TlsExchange& e) { e.SendRaw(kHalfABodyWithoutLength); };
  faults.push_back({"HalfABodyWithoutLengthThenClose", Both(half, &TlsExchange::Close), kBadReply});
  return faults;
}

std::vector<TlsFault> Http2Faults() {
  std::vector<TlsFault> faults = CommonFaults(/*http2=*/true);
  AddStreamResets(faults);
  AddGoAways(faults);
  return faults;
}

}  // namespace suprsend_gateway::testing
