"""pytest's terminal as a text stream, so that what we show goes where pytest's reports go."""

from __future__ import annotations

import io

import pytest


class TerminalStream(io.StringIO):
    """Writes to pytest's terminal; to nowhere when pytest has none (``-p no:terminal``)."""

    def __init__(self, config: pytest.Config) -> None:
        super().__init__()
        self._config = config
        self._terminal = config.pluginmanager.getplugin("terminalreporter")
        self._is_open = False

    def writable(self) -> bool:
        """Whether it can be written to: always."""
        return True

    def isatty(self) -> bool:
        """Whether it shows colours and can overwrite a line."""
        return bool(self._terminal and self._config.get_terminal_writer().hasmarkup)

    @property
    def columns(self) -> int | None:
        """Its width; None when nobody watches."""
        return int(self._config.get_terminal_writer().fullwidth) if self.isatty() else None

    def write(self, text: str) -> int:
        """Write a text, on a line of its own if pytest's is not at its end."""
        if self._terminal is not None and text:
            writer = self._config.get_terminal_writer()
            self._terminal.ensure_newline()
            if writer.width_of_current_line and not self._is_open:
                writer.line()
            writer.write(text, flush=True)
            self._is_open = not text.endswith("\n")
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""
