#include "service/http/header_list.h"

#include <gtest/gtest.h>

namespace suprsend_gateway::http {
namespace {

TEST(HeaderListTest, IsTheListThatLibcurlReads) {
  const HeaderList headers({"Accept: application/json", "Expect:"});
  const curl_slist* node = headers.curl_list();
  ASSERT_NE(node, nullptr);
  EXPECT_STREQ(node->data, "Accept: application/json");
  ASSERT_NE(node->next, nullptr);
  EXPECT_STREQ(node->next->data, "Expect:");
  EXPECT_EQ(node->next->next, nullptr);
}

TEST(HeaderListTest, IsNoListWhereThereAreNoLines) {
  EXPECT_EQ(HeaderList({}).curl_list(), nullptr);
}

}  // namespace
}  // namespace suprsend_gateway::http
