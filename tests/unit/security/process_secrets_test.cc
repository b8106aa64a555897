#include "service/security/process_secrets.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/sanitizer.h"

namespace suprsend_gateway::security {
namespace {

// What the calls below have in a process of their own: this one goes on as it was.
template <typename Function>
int ExitCodeOf(Function function) {
  const pid_t child = fork();
  if (child == 0) _exit(function());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ForbidDumpsTest, NoCoreMayBeWrittenAndTheLimitCannotBeRaised) {
  EXPECT_EQ(ExitCodeOf([] {
              ForbidDumps();
              rlimit limit{.rlim_cur = 1, .rlim_max = 1};
              getrlimit(RLIMIT_CORE, &limit);
              return limit.rlim_cur == 0 && limit.rlim_max == 0 ? 0 : 1;
            }),
            0);
}

TEST(ForbidDumpsTest, TheProcessIsClosedToOthersOfItsUser) {
  EXPECT_EQ(ExitCodeOf([] { return prctl(PR_GET_DUMPABLE); }), 1) << "before";
  const int after = ExitCodeOf([] {
    ForbidDumps();
    return prctl(PR_GET_DUMPABLE);
  });
  EXPECT_EQ(after, testing::kAddressSanitizer ? 1 : 0) << "LeakSanitizer must be able to attach";
}

}  // namespace
}  // namespace suprsend_gateway::security
