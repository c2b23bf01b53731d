"""What the controller writes between the reports of its children."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest


class Screen:
    """The terminal of the controller; silent where pytest has none (``-p no:terminal``)."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @property
    def _terminal(self) -> Any | None:  # noqa: ANN401 - a builtin plugin without a public type
        return self._config.pluginmanager.getplugin("terminalreporter")

    @property
    def markup(self) -> bool:
        """Whether it shows colours."""
        return bool(self._terminal and self._config.get_terminal_writer().hasmarkup)

    @property
    def width(self) -> int:
        """Its columns."""
        return int(self._config.get_terminal_writer().fullwidth) if self._terminal else 80

    def show_section(self, title: str, text: str) -> None:
        """Show a text under a heading, at once."""
        terminal = self._terminal
        if terminal is not None:
            terminal.ensure_newline()
            terminal.write_sep("-", title)
            for line in text.splitlines():
                terminal.write_line(line)

    def show_line(self, text: str, **markup: bool) -> None:
        """Show one line, unless ``-q`` asked for less."""
        terminal = self._terminal
        if terminal is not None and self._config.option.verbose >= 0:
            terminal.ensure_newline()
            terminal.write_line(text, **markup)

    def show_internal_error(self, text: str) -> None:
        """Show pytest's own crash as pytest does."""
        terminal = self._terminal
        if terminal is not None:
            terminal.ensure_newline()
            for line in text.split("\n"):
                terminal.write_line(f"INTERNALERROR> {line}")

    def count_deselected(self, count: int) -> None:
        """Add to the number of deselected tests in the last line."""
        terminal = self._terminal
        if terminal is not None and count:
            stand_ins = [SimpleNamespace() for _ in range(count)]  # others look at their attributes
            terminal.stats.setdefault("deselected", []).extend(stand_ins)

    def expect_workers(self) -> None:
        """Write test by test, not file by file: workers report files in turns."""
        terminal = self._terminal
        if terminal is not None:
            terminal.showfspath = False
