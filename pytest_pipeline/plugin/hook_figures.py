"""What plugins and conftest files measure of a stage, and how they describe it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from pytest_pipeline.domain.measures import Measure, is_custom
from pytest_pipeline.domain.stage_figures import StageFigures
from pytest_pipeline.plugin.recording import checked


def hook_figures(config: pytest.Config, stage: str) -> StageFigures:
    """Return what the hooks say of a stage; what goes wrong is a problem of it."""
    problems: list[str] = []
    registered: tuple[Measure, ...] = ()
    measured: dict[str, float] = {}
    try:
        registered = _described(config.hook.pytest_pipeline_measures(config=config))
    except Exception as error:  # noqa: BLE001 - whatever other people's code raises
        problems.append(f"hook pytest_pipeline_measures: {_said(error)}")
    try:
        measured = _measured(config.hook.pytest_pipeline_measure(config=config, stage=stage))
    except Exception as error:  # noqa: BLE001 - likewise
        problems.append(f"hook pytest_pipeline_measure: {_said(error)}")
    return StageFigures(measured, registered=registered, problems=tuple(problems))


def _described(answers: Iterable[Iterable[Measure]]) -> tuple[Measure, ...]:
    found: dict[str, Measure] = {}
    for each in (measure for answer in answers for measure in answer):
        if not is_custom(each.name):
            raise ValueError(
                f"measure {each.name!r}: wanted a name that begins with 'custom.' and consists of "
                "small letters, digits and underscores between dots, such as 'custom.cache.hits'"
            )
        described = Measure(each.name, str(each.unit), str(each.meaning))
        if found.setdefault(each.name, described) != described:
            raise ValueError(f"measure {each.name!r} is described twice, and not alike")
    return tuple(found.values())


def _measured(answers: Iterable[Mapping[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in ((name, value) for answer in answers for name, value in answer.items()):
        if name in found:
            raise ValueError(f"measure {name!r} has two values, {found[name]:g} and {value:g}")
        found[name] = checked(name, value)
    return found


def _said(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else repr(error)
