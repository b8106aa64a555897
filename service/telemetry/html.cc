#include "service/telemetry/html.h"

#include "absl/strings/str_cat.h"

namespace suprsend_gateway::telemetry {
namespace {

// For a text and for the value of an attribute.
void AppendEscaped(char c, std::string& escaped) {
  switch (c) {
    case '&':
      escaped += "&amp;";
      break;
    case '<':
      escaped += "&lt;";
      break;
    case '>':
      escaped += "&gt;";
      break;
    case '"':
      escaped += "&quot;";
      break;
    case '\'':
      escaped += "&#39;";
      break;
    default:
      escaped += c;
  }
}

std::string Escape(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) AppendEscaped(c, escaped);
  return escaped;
}

// A word is broken where it is told that it may, by a terminal's browser nowhere else.
constexpr size_t kMaxUnbroken = 32;

std::string EscapeWithBreaks(std::string_view text) {
  std::string escaped;
  size_t unbroken = 0;
  for (const char c : text) {
    const bool begins_character = (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    if (begins_character && unbroken++ == kMaxUnbroken) {
      escaped += "<wbr>";
      unbroken = 1;
    }
    AppendEscaped(c, escaped);
    if (c == ' ' || c == '/' || c == '-') unbroken = 0;  // They may anyway.
  }
  return escaped;
}

Html NewLine() { return Html::Markup("\n"); }

// An attribute with a blank before it; nothing where it has no value.
std::string Attribute(std::string_view name, std::string_view value) {
  if (value.empty()) return "";
  std::string attribute(" ");
  attribute += name;
  return absl::StrCat(attribute, "=\"", Escape(value), "\"");
}

Html Table(const Title& title, std::string_view css_class, const Html& content) {
  const Html caption = Element("caption", Element("h2", Text(title.text)));
  return Element("table", NewLine() + caption + NewLine() + content,
                 Attribute("id", title.id) + Attribute("class", css_class)) +
         NewLine();
}

}  // namespace

Html Text(std::string_view text, size_t max) { return Html::Markup(Escape(Visible(text, max))); }

Html Code(std::string_view text) {
  return Element("code", Html::Markup(EscapeWithBreaks(Visible(text))));
}

Html Element(std::string_view tag, const Html& content, std::string_view attributes) {
  std::string markup = "<";
  markup += tag;
  if (!attributes.empty() && attributes.front() != ' ') markup += ' ';
  markup += attributes;
  markup += '>';
  markup += content.markup();
  markup += "</";
  markup += tag;
  markup += '>';
  return Html::Markup(markup);
}

Html Lines(const std::vector<Html>& lines) {
  Html all;
  for (const Html& line : lines) {
    if (line.empty()) continue;
    if (!all.empty()) all += Html::Markup("<br>");
    all += line;
  }
  return all;
}

Html FactTable(const Title& title, const std::vector<Fact>& facts) {
  Html rows;
  for (const Fact& fact : facts) {
    if (fact.value.empty()) continue;
    const Html name = Element("th", Text(fact.name), Attribute("scope", "row"));
    rows += Element("tr", name + Element("td", fact.value)) + NewLine();
  }
  return rows.empty() ? Html() : Table(title, "facts", Element("tbody", NewLine() + rows));
}

Html ColumnTable(const Title& title, const std::vector<Column>& columns,
                 const std::vector<std::vector<Html>>& rows) {
  Html headings;
  for (const Column& column : columns) {
    headings += Element("th", Text(column.heading),
                        Attribute("scope", "col") + Attribute("class", column.css_class));
  }
  Html body;
  for (const std::vector<Html>& row : rows) {
    Html cells;
    for (size_t i = 0; i < row.size() && i < columns.size(); ++i) {
      const std::string css_class = Attribute("class", columns[i].css_class);
      cells +=
          i == 0 ? Element("th", row[i], Attribute("scope", "row") + css_class)
                 : Element("td", row[i], css_class + Attribute("data-heading", columns[i].heading));
    }
    body += Element("tr", cells) + NewLine();
  }
  return Table(
      title, "columns",
      Element("thead", Element("tr", headings)) + NewLine() + Element("tbody", NewLine() + body));
}

}  // namespace suprsend_gateway::telemetry
