"""What can be judged in a project: every measure, its last values, and who judges it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import Objective
from pytest_pipeline.domain.measures import (
    PACKAGE_COVERAGE,
    Measure,
    all_measures,
    find_measure,
    is_custom,
)
from pytest_pipeline.domain.stages import Stage

_UNDESCRIBED = "recorded by tests or by a plugin"


@dataclass(frozen=True)
class Demand:
    """What a stage's gate demands of a measure: sets of criteria, each as it is written.

    Attributes:
        pass_: One of these sets must hold for PASS.
        warn: One of these for WARN; empty for no WARN.
    """

    pass_: tuple[tuple[str, ...], ...]
    warn: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        """Return it in one line."""
        return _sets(self.pass_) + (f", else warns {_sets(self.warn)}" if self.warn else "")


@dataclass(frozen=True)
class ListedMeasure:
    """One measure of a project.

    Attributes:
        measure: The measure; the name of a whole family has its parameter in capitals.
        values: Its last values, by stage.
        demands: What gates demand of it, by stage.
    """

    measure: Measure
    values: Mapping[str, float] = field(default_factory=dict)
    demands: Mapping[str, Demand] = field(default_factory=dict)


def list_measures(
    stages: Iterable[Stage], layers: tuple[str, ...], evidence: Mapping[str, Evidence]
) -> tuple[ListedMeasure, ...]:
    """Return the catalogue, and whatever else the gates or the evidence name.

    Args:
        stages: The stages of the project, or those of them that are asked about.
        layers: Its layers.
        evidence: The last evidence of each stage that has any.
    """
    stages = tuple(stages)
    pattern = Measure(
        PACKAGE_COVERAGE.pattern,
        PACKAGE_COVERAGE.unit,
        PACKAGE_COVERAGE.meaning,
        PACKAGE_COVERAGE.worse,
    )
    known = {**all_measures(layers), pattern.name: pattern}
    named = {each.measure: None for stage in stages for each in stage.gate.objectives}
    for found in evidence.values():
        named |= dict.fromkeys((*found.measurements, *found.registered))
    for name in named.keys() - known.keys():
        measure = find_measure(name, layers) or Measure(name, "", "of an earlier version")
        known[name] = _described(measure, evidence.values())
    return tuple(
        ListedMeasure(known[name], _values(name, evidence), _demands(name, stages))
        for name in sorted(known, key=lambda name: (is_custom(name), name))
    )


def _described(measure: Measure, evidence: Iterable[Evidence]) -> Measure:
    if not is_custom(measure.name):
        return measure
    unit = meaning = ""
    for each in sorted(evidence, key=lambda each: each.created):
        said = each.registered.get(measure.name, ("", ""))
        unit, meaning = said[0] or unit, said[1] or meaning
    return replace(measure, unit=unit, meaning=meaning or _UNDESCRIBED)


def _values(name: str, evidence: Mapping[str, Evidence]) -> dict[str, float]:
    return {
        stage: each.measurements[name]
        for stage, each in evidence.items()
        if name in each.measurements
    }


def _demands(name: str, stages: Iterable[Stage]) -> dict[str, Demand]:
    return {
        stage.name: _demand(objective)
        for stage in stages
        for objective in stage.gate.objectives
        if objective.measure == name
    }


def _demand(objective: Objective) -> Demand:
    return Demand(
        tuple(tuple(map(str, each)) for each in objective.pass_sets),
        tuple(tuple(map(str, each)) for each in objective.warn_sets),
    )


def _sets(sets: tuple[tuple[str, ...], ...]) -> str:
    return " or ".join(" and ".join(each) for each in sets)
