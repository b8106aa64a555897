#ifndef SERVICE_TELEMETRY_HTML_H_
#define SERVICE_TELEMETRY_HTML_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/telemetry/human_text.h"

namespace suprsend_gateway::telemetry {

// A piece of an HTML page. It is made from text by what is below, which escapes it: text that was
// not escaped has another type, and does not fit into a page.
class Html {
 public:
  Html() = default;
  const std::string& markup() const { return markup_; }
  bool empty() const { return markup_.empty(); }

  Html& operator+=(const Html& more) {
    markup_ += more.markup_;
    return *this;
  }
  friend Html operator+(Html left, const Html& right) { return std::move(left += right); }

  // As it is: for markup of our own, never for what came from elsewhere.
  static Html Markup(std::string_view markup) { return Html(std::string(markup)); }

 private:
  explicit Html(std::string markup) : markup_(std::move(markup)) {}

  std::string markup_;
};

// Escaped, and made visible and cut as by Visible().
Html Text(std::string_view text, size_t max = kMaxVisible);

// `tag` and `attributes` are our own: Element("a", Text("up"), "href=\"#top\"").
Html Element(std::string_view tag, const Html& content, std::string_view attributes = "");

// Text that a machine made: a name, an id, a path. It may be broken where it is long.
Html Code(std::string_view text);

// Several, with a line break between those that are not empty.
Html Lines(const std::vector<Html>& lines);

// What stands above a table, and the name by which a link finds it.
struct Title {
  std::string_view id;
  std::string_view text;
};

// A table of names and values. Those that have no value are left out, and with them all the table.
struct Fact {
  std::string_view name;
  Html value;
};
Html FactTable(const Title& title, const std::vector<Fact>& facts);

// A table with headings; the first cell of a row is the row's. `css_class` is that of the cells.
struct Column {
  std::string_view heading;
  std::string_view css_class = {};
};
Html ColumnTable(const Title& title, const std::vector<Column>& columns,
                 const std::vector<std::vector<Html>>& rows);

}  // namespace suprsend_gateway::telemetry

#endif  // SERVICE_TELEMETRY_HTML_H_
