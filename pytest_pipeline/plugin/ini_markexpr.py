"""A ``-m`` of the ini file does not apply to stages: they select by layer, and say so."""

from __future__ import annotations

import pytest

from pytest_pipeline.plugin.asked import is_asked


def drop_markexpr_of_ini(config: pytest.Config) -> None:
    """Let stage selection override a ``-m`` that the command line did not ask for."""
    expression = config.option.markexpr
    if expression and not is_asked(config, "-m"):
        config.option.markexpr = ""
        config.pluginmanager.register(OverriddenMarkexpr(expression), "pipeline-markexpr")


class OverriddenMarkexpr:
    """A plugin that says in the header which ``-m`` does not apply."""

    def __init__(self, expression: str) -> None:
        self._expression = expression

    def pytest_report_header(self) -> str:
        """Say it."""
        return f"pipeline: -m {self._expression!r} of the ini file is overridden by the stages"
