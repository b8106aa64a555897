"""Reads the status page's HTML as a person does: title, list of problems, tables by their captions."""

import html.parser


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.title = ""
        self.text = ""
        self.problems = []
        self.tables = {}  # By caption: rows of cells, the headings among them.
        self._open = []
        self._table = None
        self._caption = ""
        self.feed(text)

    def rows(self, caption):
        if caption not in self.tables:
            raise AssertionError(f"no table {caption!r} but {list(self.tables)}")
        return self.tables[caption][1:] if self._has_headings(caption) else self.tables[caption]

    def cell(self, caption, row, column=None):
        """In the row that begins so; of the second column where none is named."""
        for cells in self.rows(caption):
            if cells[0] == row:
                return cells[1 if column is None else self.tables[caption][0].index(column)]
        raise AssertionError(f"no row {row!r} in {caption!r} but {self.rows(caption)}")

    def _has_headings(self, caption):
        return self.tables[caption][0].is_heading

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self.handle_data(" ")
        if tag in ("br", "wbr", "meta", "link"):
            return
        self._open.append(tag)
        if tag == "table":
            self._table = []
            self._caption = ""
        elif tag == "tr":
            self._table.append(Row("thead" in self._open))
        elif tag in ("td", "th"):
            self._table[-1].append("")
        elif tag == "li":
            self.problems.append("")

    def handle_endtag(self, tag):
        if not self._open or self._open.pop() != tag:
            raise AssertionError(f"</{tag}> closes what is not open")
        if tag == "table":
            self.tables[self._caption] = self._table

    def handle_data(self, data):
        if "style" in self._open or "script" in self._open:
            return
        self.text += data
        if "title" in self._open:
            self.title += data
        elif "caption" in self._open:
            self._caption += data
        elif "td" in self._open or "th" in self._open:
            self._table[-1][-1] += data
        elif "li" in self._open:
            self.problems[-1] += data


class Row(list):
    def __init__(self, is_heading):
        super().__init__()
        self.is_heading = is_heading
