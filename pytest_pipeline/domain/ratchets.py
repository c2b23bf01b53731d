"""Ratchets: figures that may only get better."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import Comparison, Criterion
from pytest_pipeline.domain.objectives import Objective

#: Counts and times of which more is worse; only of these "not more" means "not worse".
MORE_IS_WORSE = frozenset(
    {
        "load.failures",
        "load.max_ms",
        "load.p50_ms",
        "load.p95_ms",
        "load.p99_ms",
        "quarantine.entries",
        "quarantine.expired",
        "router.errors",
        "tests.deselected",
        "tests.duration_s",
        "tests.errors",
        "tests.failed",
        "tests.flaky",
        "tests.quarantined",
        "tests.required_missing",
        "tests.retried",
        "tests.skipped",
        "tests.unlisted_skips",
        "tests.xfailed",
        "tests.xpassed",
    }
)
_DURATIONS = "duration."


def can_ratchet(measure: str) -> bool:
    """Return whether more of a measure is worse."""
    return measure in MORE_IS_WORSE or measure.startswith(_DURATIONS)


def ratcheted(measures: Iterable[str]) -> tuple[Objective, ...]:
    """Return the objectives that measures must not exceed those of the merge base."""
    not_more = Criterion(Comparison.AT_MOST, 0, relative=True, in_units=True)
    return tuple(
        Objective(measure, (not_more,), baseline=BaselineKind.MERGE_BASE) for measure in measures
    )
