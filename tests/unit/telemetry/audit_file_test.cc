#include "service/telemetry/audit_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/temp_dir.h"
#include "tests/unit/telemetry/pipe.h"
#include "tests/unit/telemetry/size_limit.h"

namespace suprsend_gateway::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AuditFileTest : public ::testing::Test {
 protected:
  std::shared_ptr<AuditFile> Open(const std::string& path) {
    auto file = AuditFile::Open(path);
    EXPECT_TRUE(file.ok()) << file.status();
    return file.ok() ? *file : nullptr;
  }

  std::string ErrorFor(const std::string& path) {
    const auto file = AuditFile::Open(path);
    EXPECT_FALSE(file.ok());
    EXPECT_THAT(std::string(file.status().message()), HasSubstr("cannot open " + path));
    return std::string(file.status().message());
  }

  // A file that took "short\nlong" of two lines, and no more because of `limit_`.
  std::shared_ptr<AuditFile> CutInsideALine() {
    auto file = Open(path_);
    limit_.emplace(10);
    file->Add("short\nlonger line\n");
    EXPECT_TRUE(file->WriteSome().ok());
    EXPECT_EQ(file->lines_left(), 1u);
    const absl::Status status = file->WriteSome();
    EXPECT_THAT(std::string(status.message()), HasSubstr("cannot write to " + path_));
    EXPECT_EQ(file->lines_left(), 1u);
    EXPECT_EQ(testing::ReadFile(path_), "short\nlong");
    return file;
  }

  void Rotate() const { std::filesystem::rename(path_, path_ + ".1"); }

  const testing::TempDir directory_;
  const std::string path_ = directory_.Path("audit.log");
  std::optional<SizeLimit> limit_;
};

TEST_F(AuditFileTest, IsMadeWhereThereIsNoneAndIsNotForEverybody) {
  umask(0);
  Open(path_);
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0640u);
}

TEST_F(AuditFileTest, GoesOnAfterWhatIsThere) {
  directory_.Write("audit.log", "before\n");
  const auto file = Open(path_);
  file->Add("one\ntwo\n");
  EXPECT_EQ(file->lines_left(), 2u);
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(file->lines_left(), 0u);
  EXPECT_EQ(testing::ReadFile(path_), "before\none\ntwo\n");
}

// Another process died there; its cut line must not spoil ours.
TEST_F(AuditFileTest, BeginsOnANewLineWhereTheFileEndsInsideOne) {
  directory_.Write("audit.log", "before\ncu");
  const auto file = Open(path_);
  file->Add("one\n");
  EXPECT_TRUE(file->WriteSome().ok());
  file->Add("two\n");
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(testing::ReadFile(path_), "before\ncu\none\ntwo\n");
}

TEST_F(AuditFileTest, WhatCannotBeOpenedIsAnError) {
  EXPECT_THAT(ErrorFor(directory_.path()), HasSubstr("Is a directory"));
  EXPECT_THAT(ErrorFor(directory_.Path("missing/audit.log")), HasSubstr("No such file"));
  ErrorFor("");
  const std::string pipe = directory_.Path("pipe");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  ErrorFor(pipe);  // Comes back: nobody reads it.
}

TEST_F(AuditFileTest, GoesOnWhereAWriteStopped) {
  const auto file = CutInsideALine();
  limit_.reset();
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(file->lines_left(), 0u);
  EXPECT_EQ(testing::ReadFile(path_), "short\nlonger line\n");
}

TEST_F(AuditFileTest, OpenedAnewItIsTheFileAtThePath) {
  const auto file = Open(path_);
  file->Add("one\n");
  EXPECT_TRUE(file->WriteSome().ok());
  Rotate();
  EXPECT_TRUE(file->Reopen().ok());
  file->Add("two\n");
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(testing::ReadFile(path_ + ".1"), "one\n");
  EXPECT_EQ(testing::ReadFile(path_), "two\n");
}

TEST_F(AuditFileTest, TheOldFileGetsTheRestOfItsLine) {
  const auto file = CutInsideALine();
  file->Add("third\n");
  Rotate();
  limit_.reset();
  EXPECT_TRUE(file->Reopen().ok());
  EXPECT_EQ(file->lines_left(), 1u);
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(file->lines_left(), 0u);
  EXPECT_EQ(testing::ReadFile(path_ + ".1"), "short\nlonger line\n");
  EXPECT_EQ(testing::ReadFile(path_), "third\n");
}

TEST_F(AuditFileTest, ALineThatTheOldFileDoesNotTakeIsWholeInTheNew) {
  const auto file = CutInsideALine();
  Rotate();
  EXPECT_TRUE(file->Reopen().ok());
  EXPECT_EQ(file->lines_left(), 1u);
  limit_.reset();
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(testing::ReadFile(path_ + ".1"), "short\nlong");
  EXPECT_EQ(testing::ReadFile(path_), "longer line\n");
}

TEST_F(AuditFileTest, OpenedAnewWithoutRotationItGoesOnInsideTheLine) {
  const auto file = CutInsideALine();
  EXPECT_TRUE(file->Reopen().ok());
  limit_.reset();
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(testing::ReadFile(path_), "short\nlonger line\n");
}

TEST_F(AuditFileTest, WhatCannotBeOpenedAnewStaysInUse) {
  const auto file = Open(path_);
  Rotate();
  std::filesystem::create_directory(path_);
  EXPECT_THAT(std::string(file->Reopen().message()), HasSubstr("cannot open " + path_));
  file->Add("one\n");
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(testing::ReadFile(path_ + ".1"), "one\n");
}

TEST_F(AuditFileTest, AFullDeviceIsAnErrorAndTheLinesStay) {
  const auto file = Open("/dev/full");
  file->Add("one\n");
  EXPECT_EQ(file->WriteSome().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(file->lines_left(), 1u);
}

TEST_F(AuditFileTest, AReaderThatIsGoneIsAnError) {
  Pipe pipe;
  const auto file = Open("/proc/self/fd/" + std::to_string(pipe.write_fd()));
  pipe.CloseReader();
  file->Add("one\n");
  EXPECT_THAT(std::string(file->WriteSome().message()), HasSubstr("Broken pipe"));
  EXPECT_EQ(file->lines_left(), 1u);
}

TEST_F(AuditFileTest, APipeGetsMuchInParts) {
  Pipe pipe;
  auto file = Open("/proc/self/fd/" + std::to_string(pipe.write_fd()));
  const std::string line(kMaxPipeWrite, 'x');
  file->Add(line + "\nlast\n");
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(file->lines_left(), 2u);
  EXPECT_TRUE(file->WriteSome().ok());
  EXPECT_EQ(file->lines_left(), 0u);
  file.reset();
  pipe.StartReading();
  EXPECT_THAT(pipe.Lines(), ElementsAre(line, "last"));
}

}  // namespace
}  // namespace suprsend_gateway::telemetry
