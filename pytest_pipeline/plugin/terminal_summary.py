"""The screen at the end: what was decided and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.plugin.terminal_stream import TerminalStream


class SummaryScreen:
    """A plugin that shows an execution's summary after pytest's own.

    Args:
        config: Of the session.
        summary: The content of the summary file.
        outputs: Output of what failed outside of tests.
    """

    def __init__(
        self, config: pytest.Config, summary: Mapping[str, Any], outputs: tuple[str, ...]
    ) -> None:
        self._config = config
        self._summary = summary
        self._outputs = outputs
        self._shown = False

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self) -> None:
        """Show the summary."""
        self._show()

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """Show it after a crash of pytest, too, which then has no summary of its own."""
        if not (self._shown or self._config.getoption("no_summary", default=True)):
            self._show()

    def _show(self) -> None:
        self._shown = True
        stream = TerminalStream(self._config)
        progress, console = wiring.progress_on(
            stream, is_terminal=stream.isatty(), width=stream.columns
        )
        for output in self._outputs:
            progress.section("output of what failed")
            progress.line(output.rstrip())
        progress.section(f"pipeline {self._summary['execution']}")
        wiring.print_summary(self._summary, console)
