#include "service/security/file_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"
#include "tests/support/wait.h"

namespace suprsend_gateway::security {
namespace {

using std::chrono::milliseconds;

// One that is told of nothing within the looks of this time is told of nothing.
constexpr milliseconds kManyLooks(60);

class FileWatchTest : public ::testing::Test {
 protected:
  // Puts a file in place as a careful writer does: whole, under another name, then renamed.
  void Rename(const std::string& name, const std::string& content) const {
    const std::string next = directory_.Write(name + ".next", content);
    ASSERT_EQ(std::rename(next.c_str(), directory_.Path(name).c_str()), 0);
  }

  void Link(const std::string& target, const std::string& name) const {
    ASSERT_EQ(symlink(target.c_str(), directory_.Path(name + ".next").c_str()), 0);
    ASSERT_EQ(std::rename(directory_.Path(name + ".next").c_str(), directory_.Path(name).c_str()),
              0);
  }

  // Waits for `count` calls since the start, and then for one too many.
  void ExpectTold(int count) {
    testing::WaitUntil([this, count] { return told_ >= count; }, std::chrono::seconds(10));
    std::this_thread::sleep_for(kManyLooks);
    EXPECT_EQ(told_, count);
  }

  void Watch(const std::vector<std::string>& names) {
    std::vector<std::string> paths;
    for (const std::string& name : names) paths.push_back(directory_.Path(name));
    watch_->Add(paths, [this] { return ++told_ >= taken_from_; });
  }

  const testing::TempDir directory_;
  std::atomic<int> told_ = 0;
  std::atomic<int> taken_from_ = 1;  // The call that is the first to use what it finds.
  std::unique_ptr<FileWatch> watch_ = std::make_unique<FileWatch>(milliseconds(5));
};

TEST_F(FileWatchTest, WhatStaysAsItIsIsNotTold) {
  Rename("key", "one");
  Watch({"key", "missing"});
  watch_->Start();
  ExpectTold(0);
}

TEST_F(FileWatchTest, AnotherFileIsToldOnce) {
  Rename("key", "one");
  Watch({"key"});
  watch_->Start();
  Rename("key", "two");
  ExpectTold(1);
  Rename("key", "three");
  ExpectTold(2);
}

TEST_F(FileWatchTest, WhatCouldNotBeUsedIsToldAgainUntilItCan) {
  Rename("key", "one");
  Watch({"key"});
  taken_from_ = 4;
  watch_->Start();
  Rename("key", "not yet");
  EXPECT_TRUE(testing::WaitUntil([this] { return told_ >= 4; }, testing::kPatience));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_EQ(told_, 4);
}

TEST_F(FileWatchTest, AChangeBeforeTheStartIsTold) {
  Rename("key", "one");
  Watch({"key"});
  Rename("key", "two");
  ExpectTold(0);
  watch_->Start();
  ExpectTold(1);
}

// What takes more than one step here is done before the start: a look between two steps would tell
// of each.
TEST_F(FileWatchTest, OtherContentsOfTheSameSizeInTheSameFileAreTold) {
  directory_.Write("key", "one");
  Watch({"key"});
  std::this_thread::sleep_for(milliseconds(20));  // Kernels count file times in ticks of up to 10.
  directory_.Write("key", "two");
  watch_->Start();
  ExpectTold(1);
}

TEST_F(FileWatchTest, AnOlderModificationTimeHidesNothing) {
  Rename("key", "one");
  const timespec old[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 1, .tv_nsec = 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, directory_.Path("key").c_str(), old, 0), 0);
  Watch({"key"});
  std::this_thread::sleep_for(milliseconds(20));
  directory_.Write("key", "two");
  ASSERT_EQ(utimensat(AT_FDCWD, directory_.Path("key").c_str(), old, 0), 0);
  watch_->Start();
  ExpectTold(1);
}

TEST_F(FileWatchTest, AFileThatGoesAwayAndOneThatComesAreTold) {
  Rename("key", "one");
  Watch({"key"});
  watch_->Start();
  ASSERT_EQ(unlink(directory_.Path("key").c_str()), 0);
  ExpectTold(1);
  Rename("key", "one");
  ExpectTold(2);
}

// As Kubernetes puts a Secret: key → ..data/key, ..data → ..2024_01_01; only ..data is replaced.
TEST_F(FileWatchTest, TheSwapOfALinkOnTheWayIsTold) {
  ASSERT_EQ(mkdir(directory_.Path("..one").c_str(), 0700), 0);
  ASSERT_EQ(mkdir(directory_.Path("..two").c_str(), 0700), 0);
  directory_.Write("..one/key", "one");
  directory_.Write("..two/key", "two");
  Link("..one", "..data");
  Link("..data/key", "key");
  Watch({"key"});
  watch_->Start();
  Link("..two", "..data");
  ExpectTold(1);
}

TEST_F(FileWatchTest, SeveralFilesAreToldTogether) {
  Rename("certificate", "one");
  Rename("key", "one");
  Watch({"certificate", "key"});
  Rename("certificate", "two");
  Rename("key", "two");
  watch_->Start();
  ExpectTold(1);
}

TEST_F(FileWatchTest, WhatIsBeingWrittenIsNotToldBeforeItHasSettled) {
  Rename("key", "");
  Watch({"key"});
  // On the watch's own thread, so that there is a step between any two looks.
  int steps = 0;
  std::function<void()> step = [&, watch = watch_.get()] {
    EXPECT_EQ(told_, 0);
    directory_.Write("key", std::string(static_cast<size_t>(++steps), 'k'));
    std::this_thread::sleep_for(milliseconds(1));
    if (steps < 200) watch->Run(step);
  };
  watch_->Run(step);
  watch_->Start();
  ExpectTold(1);
  EXPECT_EQ(steps, 200);
  watch_.reset();
}

TEST_F(FileWatchTest, TasksRunInTheirOrderOnTheThreadThatTellsOfChanges) {
  watch_ = std::make_unique<FileWatch>(milliseconds(5));
  Rename("key", "one");
  std::promise<std::thread::id> teller;
  watch_->Add({directory_.Path("key")}, [&] {
    teller.set_value(std::this_thread::get_id());
    return true;
  });
  std::vector<int> ran;
  std::promise<std::thread::id> runner;
  watch_->Run([&] { ran.push_back(1); });
  watch_->Start();
  watch_->Run([&] { ran.push_back(2); });
  watch_->Run([&] { runner.set_value(std::this_thread::get_id()); });
  const std::thread::id thread = runner.get_future().get();
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_THAT(ran, ::testing::ElementsAre(1, 2));
  Rename("key", "two");
  EXPECT_EQ(teller.get_future().get(), thread);
}

TEST_F(FileWatchTest, TasksWithoutEndDoNotKeepItFromLooking) {
  Rename("key", "one");
  Watch({"key"});
  std::atomic<bool> stop = false;
  std::function<void()> again = [&, watch = watch_.get()] {
    if (!stop) watch->Run(again);
  };
  watch_->Run(again);
  watch_->Start();
  Rename("key", "two");
  ExpectTold(1);
  stop = true;
  watch_.reset();
}

TEST_F(FileWatchTest, ItsEndRunsWhatItWasHandedAndWaitsForIt) {
  std::atomic<int> ran = 0;
  watch_->Start();
  watch_->Run([&] {
    std::this_thread::sleep_for(milliseconds(20));
    ++ran;
  });
  watch_->Run([&] { ++ran; });
  watch_.reset();
  EXPECT_EQ(ran, 2);
}

TEST_F(FileWatchTest, OneThatWasNeverStartedRunsNothing) {
  int ran = 0;
  watch_->Run([&] { ++ran; });
  watch_.reset();
  EXPECT_EQ(ran, 0);
}

}  // namespace
}  // namespace suprsend_gateway::security
