"""The ``coverage.…`` measures of a stage; those that take time only where a gate asks for them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from pytest_pipeline.domain.coverage import (
    Covered,
    branch_coverage,
    changed_coverage,
    package_coverage,
)
from pytest_pipeline.domain.measures import PACKAGE_COVERAGE
from pytest_pipeline.domain.stage_figures import StageFigures
from pytest_pipeline.engine.ports import History
from pytest_pipeline.errors import BaselineError
from pytest_pipeline.plugin.coverage_data import CoverageData, NoCoverageError, coverage_data
from pytest_pipeline.plugin.coverage_link import covered_percent

_BRANCHES, _CHANGED = "coverage.branch_percent", "coverage.changed_percent"


def coverage_figures(
    config: pytest.Config,
    asked: Collection[str],
    root: Path,
    history: Callable[[], History],
    base: str | None,
) -> StageFigures:
    """Return what is known of the coverage of this session's tests.

    Args:
        config: Of the session that ran the stage.
        asked: Measures that the gate judges.
        root: The service root.
        history: Returns what knows the changes; called only if they are asked for.
        base: The branch that changes are measured against; None for the default one.
    """
    percent = covered_percent(config)
    measured = {} if percent is None else {"coverage.percent": percent}
    wanted = [each for each in asked if each in (_BRANCHES, _CHANGED) or _package(each)]
    if not wanted:
        return StageFigures(measured)
    try:
        data = coverage_data(config, root)
    except NoCoverageError as error:
        return StageFigures(measured, dict.fromkeys(wanted, (str(error),)))
    found = {}
    for measure in wanted:
        if measure == _CHANGED:
            found[measure] = _changed(data, root, history, base)
        else:
            found[measure] = _plain(data, measure)
    for measure, covered in found.items():
        if covered.percent is not None:
            measured[measure] = covered.percent
    return StageFigures(
        measured, {measure: each.details for measure, each in found.items() if each.details}
    )


def _package(measure: str) -> str | None:
    return PACKAGE_COVERAGE.value_in(measure)


def _plain(data: CoverageData, measure: str) -> Covered:
    if measure == _BRANCHES:
        return branch_coverage(data.files, measured=data.branches)
    return package_coverage(data.files, _package(measure) or "")


def _changed(
    data: CoverageData, root: Path, history: Callable[[], History], base: str | None
) -> Covered:
    try:
        known = history()
        commit = known.merge_base(root, base)
        changed = known.changed_lines(root, commit)
    except BaselineError as error:
        return Covered(None, (str(error),))
    return changed_coverage(data.files, changed, since=commit)
