"""A page as its reader's program reads it."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = {"meta", "br", "hr", "img", "input", "link"}


class PageParser(HTMLParser):
    """Reads a page and notes what a browser would have to be lenient about.

    Attributes:
        problems: Elements that do not match.
        tags: Names of the elements, in order.
        attributes: Elements' names with each of their attributes.
        text: The text of the page, without its style sheet.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.text += data

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute, whichever elements have it."""
        return [value for _, each, value in self.attributes if each == name]


def read(page: str) -> PageParser:
    parser = PageParser()
    parser.feed(page)
    parser.close()
    parser.problems += parser._open
    return parser
