#include "service/security/key_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/support/temp_dir.h"

namespace suprsend_gateway::security {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A watch that never looks by itself while a test runs, and one that looks all the time.
constexpr std::chrono::hours kNever(1);
constexpr std::chrono::milliseconds kOften(2);

class KeyFileTest : public ::testing::Test, protected KeyFile::Observer {
 protected:
  void Open(std::chrono::milliseconds interval) {
    watch_ = std::make_unique<FileWatch>(interval);
    file_ = std::make_unique<KeyFile>(*watch_, directory_.Path("key"));
    const auto first = file_->ReadFirst();
    ASSERT_TRUE(first.ok()) << first.status();
    EXPECT_EQ(first->Reveal(), "key_1");
    file_->SetObserver(*this);
  }
  void TearDown() override { watch_.reset(); }

  // Replaces the file, as a careful writer does.
  void Put(const std::string& content) const {
    const std::string next = directory_.Write("next", content);
    ASSERT_EQ(std::rename(next.c_str(), directory_.Path("key").c_str()), 0);
  }
  void Remove() const { ASSERT_EQ(unlink(directory_.Path("key").c_str()), 0); }

  void ReadAgain() {
    std::promise<void> done;
    file_->ReadAgain([&] { done.set_value(); });
    done.get_future().wait();
  }

  // What was heard since the last time: waits for `count` events at least, and then for others.
  std::vector<std::string> Heard(size_t count) {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    std::vector<std::string> heard;
    while (heard.size() < count && std::chrono::steady_clock::now() < patience) {
      std::this_thread::sleep_for(kOften);
      base::MutexLock lock(mutex_);
      heard = events_;
    }
    std::this_thread::sleep_for(20 * kOften);
    base::MutexLock lock(mutex_);
    heard.swap(events_);
    events_.clear();
    return heard;
  }

  void OnKeyReplaced(const ApiKey& key) override {
    Hear("key " + key.Reveal());
    if (meanwhile_) std::exchange(meanwhile_, nullptr)();
  }
  void OnFault(const absl::Status& fault) override {
    Hear("fault " + std::string(fault.message()));
  }
  void OnMended() override { Hear("mended"); }

  const testing::TempDir directory_;
  std::function<void()> meanwhile_;  // Done while the next new key is read.

 private:
  void SetUp() override { Put("key_1\n"); }
  void Hear(const std::string& event) {
    base::MutexLock lock(mutex_);
    events_.push_back(event);
  }

  base::Mutex mutex_;
  std::vector<std::string> events_ ABSL_GUARDED_BY(mutex_);

 protected:
  std::unique_ptr<KeyFile> file_;
  std::unique_ptr<FileWatch> watch_;
};

TEST_F(KeyFileTest, AReplacedFileIsANewKey) {
  Open(kOften);
  watch_->Start();
  Put("key_2\n");
  EXPECT_THAT(Heard(1), ElementsAre("key key_2"));
  Put("key_1");
  EXPECT_THAT(Heard(1), ElementsAre("key key_1"));
}

TEST_F(KeyFileTest, TheSameKeyInAnotherFileIsNoNews) {
  Open(kOften);
  watch_->Start();
  Put("key_1\n");
  EXPECT_THAT(Heard(0), IsEmpty());
  Put("  key_1\r\n");
  EXPECT_THAT(Heard(0), IsEmpty());
}

TEST_F(KeyFileTest, AChangeBetweenTheFirstReadingAndTheStartIsSeen) {
  Open(kOften);
  Put("key_2");
  watch_->Start();
  EXPECT_THAT(Heard(1), ElementsAre("key key_2"));
}

TEST_F(KeyFileTest, AnUnusableFileIsAFaultOnceAChangeAndShowsNothing) {
  Open(kOften);
  watch_->Start();
  Put("");
  EXPECT_THAT(Heard(1), ElementsAre(AllOf(StartsWith("fault "), HasSubstr("holds no key"))));
  for (int i = 0; i < 3; ++i) ReadAgain();
  EXPECT_THAT(Heard(0), IsEmpty());
  Put("hunter2 hunter3\n");
  EXPECT_THAT(Heard(1), ElementsAre(AllOf(StartsWith("fault "), Not(HasSubstr("hunter")))));
  Put("hunter4\x01\n");  // Another change, with the same fault.
  EXPECT_THAT(Heard(1), ElementsAre(AllOf(StartsWith("fault "), Not(HasSubstr("hunter")))));
  Remove();
  EXPECT_THAT(Heard(1), ElementsAre(AllOf(StartsWith("fault "), HasSubstr("cannot read"))));
  Put("key_1");
  EXPECT_THAT(Heard(1), ElementsAre("mended"));
  Remove();
  EXPECT_THAT(Heard(1), ElementsAre(StartsWith("fault ")));
  Put("key_2");
  EXPECT_THAT(Heard(1), ElementsAre("key key_2"));
}

TEST_F(KeyFileTest, AFaultThatIsFoundBeforeTheWatchSeesTheChangeIsToldOnceToo) {
  Open(std::chrono::milliseconds(100));
  watch_->Start();
  Remove();
  ReadAgain();
  ReadAgain();
  std::this_thread::sleep_for(std::chrono::milliseconds(500));  // The watch has seen it by now.
  EXPECT_THAT(Heard(1), ElementsAre(StartsWith("fault ")));
}

TEST_F(KeyFileTest, ReadsWithoutAChangeToo) {
  Open(kNever);
  watch_->Start();
  Put("key_2");
  ReadAgain();
  EXPECT_THAT(Heard(0), ElementsAre("key key_2"));
  ReadAgain();
  EXPECT_THAT(Heard(0), IsEmpty());
}

TEST_F(KeyFileTest, AllWhoWaitShareOneReading) {
  constexpr int kCallers = 1'000;
  Open(kNever);
  Put("key_2");
  std::vector<std::string> seen(kCallers);
  for (int i = 0; i < kCallers; ++i) {
    file_->ReadAgain([this, i, &seen] {
      seen[static_cast<size_t>(i)] = testing::ReadFile(directory_.Path("key"));
      Put("key_3");  // A second reading would find it.
    });
  }
  watch_->Start();
  watch_.reset();
  EXPECT_EQ(seen[0], "key_2");
  EXPECT_EQ(seen[kCallers - 1], "key_3");
  EXPECT_THAT(Heard(0), ElementsAre("key key_2"));
}

TEST_F(KeyFileTest, WhoAsksWhileTheFileIsReadGetsAnotherReading) {
  Open(kNever);
  watch_->Start();
  Put("key_2");
  std::promise<void> second;
  meanwhile_ = [&] {
    Put("key_3");
    file_->ReadAgain([&] { second.set_value(); });
  };
  ReadAgain();
  second.get_future().wait();
  EXPECT_THAT(Heard(0), ElementsAre("key key_2", "key key_3"));
}

TEST_F(KeyFileTest, ReadingsThatAreAskedForComeNoFasterThanThePause) {
  constexpr int kReadings = 5;
  Open(kNever);
  watch_->Start();
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kReadings; ++i) ReadAgain();
  EXPECT_GE(std::chrono::steady_clock::now() - start, (kReadings - 1) * KeyFile::kReadAgainPause);
}

TEST_F(KeyFileTest, AFirstReadingThatFailsSaysWhy) {
  Remove();
  FileWatch watch;
  KeyFile file(watch, directory_.Path("key"));
  EXPECT_EQ(file.ReadFirst().status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace suprsend_gateway::security
