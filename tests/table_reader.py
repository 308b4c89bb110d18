"""Reads the tables of a page as rows of cells."""

from html.parser import HTMLParser


class TableReader(HTMLParser):
    """Collects the tables, and every tag with its attributes."""

    """Reads every table of a page: a list of rows of cells each."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tables, self.tags, self._cell = [], [], None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Begin a table, a row or a cell."""
        self.tags.append((tag, dict(attrs)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self.tables[-1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag):
        """End a cell."""
        if tag in {"td", "th"}:
            self._cell = None

    def handle_data(self, data):
        """Read what stands in a cell."""
        if self._cell:
            self.tables[-1][-1][-1] += data
