"""What kills came to, as rows of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from tests.integration.kill_matrix.fuse import Moment
from tests.integration.kill_matrix.matrix import WAYS_ON, Killed

COLUMNS = (
    "deployment",
    "killed",
    "during",
    "at intent",
    "inside",
    "at outcome",
    "resume ends on",
    "abort ends on",
    "next deployment ends on",
    "wrong",
)


def by_step(cases: Sequence[Killed]) -> list[tuple[object, ...]]:
    """Return one row for each kind of step of each deployment."""
    return _grouped(cases, lambda each: _during(each.moment))


def by_deployment(cases: Sequence[Killed]) -> list[tuple[object, ...]]:
    """Return one row for each deployment, and the sum."""
    total = ("all", "", "", *_counts(cases))
    return [*_grouped(cases, lambda _: ""), total]


def by_point(cases: Sequence[Killed]) -> list[tuple[str, int, int]]:
    """Return one row for each point: its name, kills there, kills that had consequences."""
    kills = Counter(each.moment.point for each in cases)
    wrong = Counter(each.moment.point for each in cases if each.violations)
    return [(point, count, wrong[point]) for point, count in sorted(kills.items())]


def _grouped(cases: Sequence[Killed], during: Callable[[Killed], str]) -> list[tuple[object, ...]]:
    groups: dict[tuple[str, str, str], list[Killed]] = {}
    for each in cases:
        key = (each.scenario.name, each.command, during(each))
        groups.setdefault(key, []).append(each)
    return [(*key, *_counts(killed)) for key, killed in groups.items()]


def _during(moment: Moment) -> str:
    if moment.phase in ("rollout", "way back") and moment.step:
        back = " (way back)" if moment.phase == "way back" else ""
        return f"{moment.step}{back}"
    return moment.phase


def _counts(cases: Sequence[Killed]) -> tuple[object, ...]:
    where = Counter(_where(each.moment.point) for each in cases)
    ends = (Counter(each.ends[way] for each in cases) for way in WAYS_ON)
    return (
        *(where[place] or "-" for place in ("intent", "inside", "outcome")),
        *(", ".join(f"{phase} {count}" for phase, count in sorted(end.items())) for end in ends),
        sum(bool(each.violations) for each in cases),
    )


def _where(point: str) -> str:
    last = point.rsplit(" ", 1)[-1]
    return last if last in ("intent", "outcome") else "inside"
