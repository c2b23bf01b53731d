"""Reading the one configuration file of a service root."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_pipeline.config.lines import KeyPath, key_lines, line_of
from pytest_pipeline.config.locating import OWN_FILE, SHARED_SECTION, configuration_files
from pytest_pipeline.config.problems import Problem, place, refusal
from pytest_pipeline.errors import ConfigError

_SYNTAX_ERROR = re.compile(
    r"(?P<what>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)"
)


@dataclass(frozen=True)
class Document:
    """A configuration as it is written.

    Attributes:
        file: The file.
        section: Path of our keys in it; empty in a file of our own.
        data: What our section holds.
        lines: Line of every key of the file.
    """

    file: Path
    section: KeyPath
    data: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def told(self, problems: Iterable[Problem]) -> list[str]:
        """Return problems as ``file:line: key: text``, in the order of their lines."""
        written = (Problem(self._written(each.path), each.text) for each in problems)
        located = sorted(((self._line(each), each) for each in written), key=lambda pair: pair[0])
        return [
            f"{place(self.file, line)}: {f'{each.key}: ' if each.key else ''}{each.text}"
            for line, each in located
        ]

    def _written(self, path: KeyPath) -> KeyPath:
        """Return a path without the index of an entry where one value stands for the array."""
        is_entry = bool(path) and isinstance(path[-1], int)
        return path[:-1] if is_entry and (*self.section, *path) not in self.lines else path

    def _line(self, problem: Problem) -> int:
        return line_of(self.lines, (*self.section, *problem.path))


def read_document(root: Path) -> Document:
    """Read the configuration of a service root.

    Raises:
        ConfigError: If the root holds none or two, or the file is not TOML.
    """
    files = configuration_files(root)
    if not files:
        raise ConfigError(
            f"{place(root)}: got no configuration, wanted {OWN_FILE} or a pyproject.toml with "
            f"[{'.'.join(SHARED_SECTION)}]; add one of them"
        )
    if len(files) > 1:
        raise ConfigError(
            f"{place(files[0])}: got a second configuration beside [{'.'.join(SHARED_SECTION)}] in "
            f"{place(files[1])}, wanted one; move its keys there or delete that section"
        )
    (file,) = files
    section: KeyPath = () if file.name == OWN_FILE else SHARED_SECTION
    document = document_in(file, section)
    if not isinstance(document.data, dict):
        raise refusal(document.told([Problem((), "got a value, wanted a table of settings")]))
    return document


def document_in(file: Path, section: KeyPath = ()) -> Document:
    """Read a TOML file, or one section of it.

    Raises:
        ConfigError: If it cannot be read or is not TOML.
    """
    text, data = _parsed(file)
    lines = key_lines(text)
    for key in section:
        data = data[str(key)]
    return Document(file, section, data, lines)


def _parsed(file: Path) -> tuple[str, Any]:
    try:
        text = file.read_bytes().decode()
    except OSError as error:
        raise ConfigError(
            f"{place(file)} cannot be read: {error.strerror}; make it readable"
        ) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{place(file, line)}: got bytes that are not UTF-8, wanted TOML"
        ) from error
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(_syntax_error(file, text, str(error))) from error


def _syntax_error(file: Path, text: str, message: str) -> str:
    found = _SYNTAX_ERROR.fullmatch(message)
    if found is None:
        return f"{place(file)}: {message}"
    line = int(found["line"]) if found["line"] else max(len(text.splitlines()), 1)
    return f"{place(file, line)}: not TOML: {found['what']}"
