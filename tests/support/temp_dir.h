#ifndef SUPRSEND_GATEWAY_TESTS_SUPPORT_TEMP_DIR_H_
#define SUPRSEND_GATEWAY_TESTS_SUPPORT_TEMP_DIR_H_

#include <string>
#include <string_view>

namespace suprsend_gateway::testing {

// A directory of the test's own, removed with all that is in it.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // The absolute path of the directory, or of a file in it.
  const std::string& path() const { return path_; }
  std::string Path(std::string_view name) const;

  // Writes a file, replacing one of that name; returns its path.
  std::string Write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

// The content of a file; empty when it cannot be read.
std::string ReadFile(const std::string& path);

}  // namespace suprsend_gateway::testing

#endif  // SUPRSEND_GATEWAY_TESTS_SUPPORT_TEMP_DIR_H_
