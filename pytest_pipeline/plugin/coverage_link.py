"""Coverage across stages: each measures into a file of its own, the controller reports once.

pytest-cov is asked through its plugin object; where it is absent or idle, nothing is done.
"""

from __future__ import annotations

import io
from typing import Any, Protocol, cast

import pytest


class _CovPlugin(Protocol):
    """What is used of pytest-cov's plugin."""

    options: Any
    cov_controller: Any
    cov_total: float | None
    _disabled: bool


def stage_coverage_file(config: pytest.Config, stage: str) -> str | None:
    """Return the data file of a stage, beside the controller's, which combines them."""
    plugin = _measuring(config)
    if plugin is None:
        return None
    return f"{plugin.cov_controller.combining_cov.config.data_file}.pipeline-{stage}"


def silence_coverage(config: pytest.Config) -> None:
    """Leave reports and the judgement of the total to the controller.

    Not by arguments: the user's come last and win.
    """
    plugin = _measuring(config)
    if plugin is not None:
        plugin.options.cov_report = {}
        plugin.options.cov_fail_under = None


def covered_percent(config: pytest.Config) -> float | None:
    """Return the coverage of this session, percent 0-100; None when it was not measured."""
    plugin = _measuring(config)
    if plugin is None:
        return None
    if plugin.cov_total is not None:
        return float(plugin.cov_total)
    from coverage.exceptions import CoverageException  # noqa: PLC0415 - there when pytest-cov is

    try:
        return float(plugin.cov_controller.cov.report(file=io.StringIO(), ignore_errors=True))
    except CoverageException:  # nothing was measured
        return None


def measuring_coverage(config: pytest.Config) -> Any | None:  # noqa: ANN401 - coverage is optional
    """Return the `coverage.Coverage` of all that this session measured; None for none."""
    plugin = _measuring(config)
    return None if plugin is None else plugin.cov_controller.cov


def _measuring(config: pytest.Config) -> _CovPlugin | None:
    plugin = cast("_CovPlugin | None", config.pluginmanager.getplugin("_cov"))
    if plugin is None or plugin._disabled or plugin.cov_controller is None:  # noqa: SLF001 - no public name
        return None
    return plugin
