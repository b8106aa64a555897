#include "service/security/forwarded_client_cert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace suprsend_gateway::security {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ForwardedClientCertTest, NamesAreReadWhateverStandsAroundThem) {
  const policy::CallerNames names = NamesInForwardedClientCert(
      "By=spiffe://us;Hash=468e;Subject=\"CN=a,O=b;c\\\"\";URI=spiffe://billing;"
      "DNS=billing.internal;dns=two.internal");
  EXPECT_THAT(names.uris, ElementsAre("spiffe://billing"));
  EXPECT_THAT(names.dns, ElementsAre("billing.internal", "two.internal"));
}

TEST(ForwardedClientCertTest, TheLastElementCounts) {
  for (const char* header :
       {"URI=spiffe://forged,URI=spiffe://real",
        "URI=spiffe://forged;DNS=forged, uri=spiffe://real", "By=x,By=y;URI=\"spiffe://real\""}) {
    const policy::CallerNames names = NamesInForwardedClientCert(header);
    EXPECT_THAT(names.uris, ElementsAre("spiffe://real")) << header;
    EXPECT_THAT(names.dns, IsEmpty()) << header;
  }
  EXPECT_THAT(NamesInForwardedClientCert("URI=spiffe://forged,By=x").uris, IsEmpty());
}

TEST(ForwardedClientCertTest, AQuotedValueMayHoldSeparators) {
  EXPECT_THAT(NamesInForwardedClientCert(R"(URI="a,b;c=\"d\\")").uris, ElementsAre(R"(a,b;c="d\)"));
}

TEST(ForwardedClientCertTest, SeveralNamesAreKept) {
  EXPECT_THAT(NamesInForwardedClientCert("URI=a;URI=b").uris, ElementsAre("a", "b"));
}

TEST(ForwardedClientCertTest, WhatIsNotWellFormedNamesNobody) {
  for (const char* header :
       {"", ",", ";", "URI", "URI=a;", "URI=a,", "URI=a;;", "URI=a;DNS", "URI=\"a", "URI=\"a\\",
        "URI=\"a\"b", "Subject=\"open;URI=a", "URI=", "URI=\"\"", "XURI=a"}) {
    const policy::CallerNames names = NamesInForwardedClientCert(header);
    EXPECT_THAT(names.uris, IsEmpty()) << header;
    EXPECT_THAT(names.dns, IsEmpty()) << header;
  }
}

// It would be skipped, and with it what the proxy meant by it.
TEST(ForwardedClientCertTest, AKeyOfOtherThanLettersNamesNobody) {
  for (const char* key : {"", " ", "Hash1", "X-Hash", "By ", "By;", ";By", "\"By\"", "B\xc3\xbd"}) {
    for (const std::string& header :
         {std::string(key) + "=x;URI=a", std::string("URI=a;") + key + "=x",
          std::string(key) + "=x,URI=a", std::string("By=x;") + key + "=x;DNS=a"}) {
      const policy::CallerNames names = NamesInForwardedClientCert(header);
      EXPECT_THAT(names.uris, IsEmpty()) << header;
      EXPECT_THAT(names.dns, IsEmpty()) << header;
    }
  }
  EXPECT_THAT(NamesInForwardedClientCert("Other=x;URI=a").uris, ElementsAre("a"));
}

}  // namespace
}  // namespace suprsend_gateway::security
