"""Figures of a stage that are no test's: of coverage, of the hooks, of the tests' durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pytest_pipeline.domain.durations import duration_details, duration_measurements
from pytest_pipeline.domain.measures import Measure, Worse
from pytest_pipeline.domain.tallies import StageRun


@dataclass(frozen=True)
class StageFigures:
    """What was measured once for the stage, in the process that ran it.

    Attributes:
        measurements: Values by measure.
        details: What a figure is about, or why there is none, in words; by measure.
        registered: Measures that plugins and tests described.
        problems: Why the stage cannot be judged by them, in words.
    """

    measurements: Mapping[str, float] = field(default_factory=dict)
    details: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    registered: tuple[Measure, ...] = ()
    problems: tuple[str, ...] = ()

    def __add__(self, other: StageFigures) -> StageFigures:
        """Return both; they are of different measures."""
        return StageFigures(
            {**self.measurements, **other.measurements},
            {**self.details, **other.details},
            (*self.registered, *other.registered),
            (*self.problems, *other.problems),
        )

    def to_data(self) -> dict[str, Any]:
        """Return them as JSON-able data."""
        return asdict(self)


def figures_from_data(data: Mapping[str, Any]) -> StageFigures:
    """Return what `StageFigures.to_data` was asked of."""
    return StageFigures(
        data["measurements"],
        {name: tuple(words) for name, words in data["details"].items()},
        tuple(
            Measure(each["name"], each["unit"], each["meaning"], Worse(each["worse"]))
            for each in data["registered"]
        ),
        tuple(data["problems"]),
    )


def with_figures(run: StageRun, figures: StageFigures, units: Mapping[str, str]) -> StageRun:
    """Return a run with what was measured beside its tests, and their durations.

    Args:
        run: The run.
        figures: What was measured once for the stage.
        units: What tests said of the units of their own measures.
    """
    twice = sorted(figures.measurements.keys() & run.measurements.keys())
    claimed = [
        f"measure {name} was recorded by a test and by a hook, so that no one figure can be judged"
        for name in twice
    ]
    records = run.tally.records
    described = {each.name for each in figures.registered}
    recorded = [Measure(name, unit, "") for name, unit in units.items() if name not in described]
    return replace(
        run,
        measurements={
            **run.measurements,
            **figures.measurements,
            **duration_measurements(records),
        },
        problems=(*run.problems, *figures.problems, *claimed),
        details={**run.details, **duration_details(records), **figures.details},
        registered=(*figures.registered, *recorded),
    )
