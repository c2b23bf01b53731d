"""The line of every key of a TOML document.

``tomllib`` gives no positions, and neither does any maintained parser light enough to depend on
(python-poetry/tomlkit#55). Finding them is simple once ``tomllib`` has accepted the document: this
scanner relies on valid syntax and only follows its structure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: Keys and array indexes from the top of the document to a value.
KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""
      (?P<skip>    [ \t\r]+ | \#[^\n]* )
    | (?P<newline> \n )
    | (?P<string>  \"{3} (?: \\. | [^\\] )*? \"{3} \"{0,2}
                 | '{3} .*? '{3} '{0,2}
                 | " (?: \\. | [^"\\] )* "
                 | ' [^']* ' )
    | (?P<mark>    [=.,\[\]{}] )
    | (?P<bare>    [^\s=.,\[\]{}\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    line: int


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """Return the line, counted from 1, on which each table, key and array element begins.

    A table that is only implied (``a`` by ``[a.b]``) has the line of what implies it first.

    Args:
        text: A document that ``tomllib`` accepts.
    """
    scanner = _Scanner(list(_tokens(text)))
    scanner.document()
    return scanner.implied | scanner.named | {(): 1}


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int:
    """Return the line of a path or, where it is not in the document, of its nearest parent."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        if kind != "skip":
            yield _Token(kind, found[0], line)
        line += found[0].count("\n")
    yield _Token("end", "", line)


@dataclass
class _Scanner:
    """Walks the tokens of one document and notes lines as it goes."""

    tokens: list[_Token]
    position: int = 0
    named: dict[KeyPath, int] = field(default_factory=dict)
    implied: dict[KeyPath, int] = field(default_factory=dict)
    entries: dict[KeyPath, int] = field(default_factory=dict)  # of arrays of tables, so far

    @property
    def token(self) -> _Token:
        return self.tokens[self.position]

    def take(self) -> _Token:
        token = self.token
        self.position += 1
        return token

    def skip_newlines(self) -> None:
        while self.token.kind == "newline":
            self.position += 1

    def document(self) -> None:
        table: KeyPath = ()
        self.skip_newlines()
        while self.token.kind != "end":
            if self.token.text == "[":
                table = self.header()
            else:
                self.assignment(table)
            self.skip_newlines()

    def header(self) -> KeyPath:
        line = self.take().line
        is_entry = self.token.text == "["
        if is_entry:
            self.take()
        *parents, last = self.key()
        table: KeyPath = ()
        for part in parents:
            table = self.latest((*table, part))
            self.implied.setdefault(table, line)
        table = (*table, last)
        self.named.setdefault(table, line)
        if is_entry:
            self.entries[table] = self.entries.get(table, 0) + 1
            table = self.latest(table)
            self.named[table] = line
        while self.token.text == "]":
            self.take()
        return table

    def latest(self, table: KeyPath) -> KeyPath:
        """Return the table that a path means in a header: of an array, its latest entry."""
        return (*table, self.entries[table] - 1) if table in self.entries else table

    def assignment(self, table: KeyPath) -> None:
        line = self.token.line
        for part in self.key():
            self.implied.setdefault(table, line)
            table = (*table, part)
        self.named.setdefault(table, line)
        self.take()  # =
        self.value(table)

    def key(self) -> list[str]:
        parts = [_decoded(self.take())]
        while self.token.text == ".":
            self.take()
            parts.append(_decoded(self.take()))
        return parts

    def value(self, path: KeyPath) -> None:
        if self.token.text == "[":
            self.array(path)
        elif self.token.text == "{":
            self.inline_table(path)
        else:
            while self.token.kind in {"bare", "string"} or self.token.text == ".":
                self.take()

    def array(self, path: KeyPath) -> None:
        self.take()
        for index in range(len(self.tokens)):
            self.skip_separators()
            if self.token.text == "]":
                break
            self.named[(*path, index)] = self.token.line
            self.value((*path, index))
        self.take()

    def inline_table(self, path: KeyPath) -> None:
        self.take()
        self.skip_separators()
        while self.token.text != "}":
            self.assignment(path)
            self.skip_separators()
        self.take()

    def skip_separators(self) -> None:
        while self.token.kind == "newline" or self.token.text == ",":
            self.position += 1


def _decoded(token: _Token) -> str:
    """Return the key that a token spells; quoted ones with their escapes resolved."""
    if token.kind == "bare":
        return token.text
    key: str = tomllib.loads(f"key = {token.text}")["key"]
    return key
