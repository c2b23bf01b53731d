"""Adds the runs of a stage's shards up to the run of the stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from pytest_pipeline.domain.durations import duration_details, duration_measurements
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.measures import CUSTOM_PREFIX
from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.domain.shards import Shard
from pytest_pipeline.domain.tallies import StageRun, Tally

_COVERAGE = "coverage."
_WALL = "duration.wall_s"
_DURATION = "duration."
_DESELECTED = "tests.deselected"


@dataclass(frozen=True)
class PartOfRun:
    """What running a shard brought to light.

    Attributes:
        shard: Which part.
        run: Its run.
        recorded: Measures that its tests recorded.
    """

    shard: Shard
    run: StageRun
    recorded: tuple[str, ...] = ()


def added_up(parts: Sequence[PartOfRun]) -> StageRun:
    """Return the run of a stage from those of all its shards.

    Tests and times add up. A figure that is one of the whole (coverage, a measure of a hook, what
    a load test or a router counted) does not: it stays where one shard alone has it, and where
    several have it there is none, with the reason in the details.

    Args:
        parts: All shards of one cut, in order; at least one.
    """
    if len(parts) == 1:
        return parts[0].run
    runs = [each.run for each in parts]
    tally = _tally(runs)
    figures, unknown = _figures(parts)
    longest = max(runs, key=lambda each: each.duration_s)
    return StageRun(
        tally,
        {**figures, **duration_measurements(tally.records), **_wall(runs)},
        problems=(*_problems(parts), *_recorded_twice(parts)),
        narrowed=_distinct(each.narrowed for each in runs),
        left_out=_distinct(each.left_out for each in runs),
        interrupted=any(each.interrupted for each in runs),
        exit_status=_exit_status(runs),
        stopped="; ".join(_distinct((each.stopped,) for each in runs if each.stopped)),
        gave_up=any(each.gave_up for each in runs),
        other_failures=sum(each.other_failures for each in runs),
        duration_s=longest.duration_s,
        load_s=longest.load_s,
        missing=tuple(sorted({each for run in runs for each in run.missing})),
        details={**_details(runs), **duration_details(tally.records), **unknown},
        registered=tuple({each.name: each for run in runs for each in run.registered}.values()),
        loads=tuple(chain.from_iterable(each.loads for each in runs)),
        broken=tuple(
            sorted(
                {each.nodeid: each for run in runs for each in run.broken}.values(),
                key=lambda each: each.nodeid,
            )
        ),
        beside=_beside(runs),
    )


def _beside(runs: Sequence[StageRun]) -> Beside | None:
    """Return what load was compared with: what the shard knows that ran the load tests."""
    known = [each for each in runs if each.beside is not None]
    return max(known, key=lambda each: len(each.loads)).beside if known else None


def _tally(runs: Sequence[StageRun]) -> Tally:
    """Return one tally; modules that all shards see, and what was left out of all, count once."""
    tallies = [each.tally for each in runs]
    broken = {each.nodeid for run in runs for each in run.broken}
    left_out = {each for run in runs for each in run.details.get(_DESELECTED, ())}
    return Tally(
        {nodeid: end for each in tallies for nodeid, end in each.outcomes.items()},
        sum(each.collected for each in tallies),
        max([len(broken), *(each.broken_modules for each in tallies)]),
        sum(each.duration_s for each in tallies),
        tuple(chain.from_iterable(each.records for each in tallies)),
        max([len(left_out), *(each.deselected for each in tallies)]),
        {module: why for each in tallies for module, why in each.skipped_modules.items()},
    )


def _figures(
    parts: Sequence[PartOfRun],
) -> tuple[dict[str, float], dict[str, tuple[str, ...]]]:
    """Return the figures of the whole that one shard alone has, and why there are no others."""
    had: dict[str, list[PartOfRun]] = defaultdict(list)
    for part in parts:
        for name in part.run.measurements:
            if not name.startswith(_DURATION):
                had[name].append(part)
    figures: dict[str, float] = {}
    unknown: dict[str, tuple[str, ...]] = {}
    for name, by in had.items():
        if name.startswith(_COVERAGE):
            unknown[name] = ("what the shards cover does not add up: measure it in one job",)
        elif len(by) > 1:
            shards = some_of([str(each.shard) for each in by])
            unknown[name] = (f"measured in shards {shards}, and such figures do not add up",)
        else:
            figures[name] = by[0].run.measurements[name]
    return figures, unknown


def _wall(runs: Sequence[StageRun]) -> dict[str, float]:
    spans = [each.measurements[_WALL] for each in runs if _WALL in each.measurements]
    return {_WALL: max(spans)} if spans else {}


def _problems(parts: Sequence[PartOfRun]) -> tuple[str, ...]:
    return tuple(f"shard {part.shard}: {each}" for part in parts for each in part.run.problems)


def _recorded_twice(parts: Sequence[PartOfRun]) -> tuple[str, ...]:
    """Say what tests of several shards recorded: in one job that is a problem, too."""
    by: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        for name in part.recorded:
            if name.startswith(CUSTOM_PREFIX):
                by[name].append(str(part.shard))
    return tuple(
        f"measure {name} was recorded by tests of {len(shards)} shards ({some_of(shards)}), so no "
        "one figure can be judged: record it in one test"
        for name, shards in by.items()
        if len(shards) > 1
    )


def _exit_status(runs: Sequence[StageRun]) -> int | None:
    """Return what pytest would have made of the whole: the worst, and nothing only of nothing."""
    known = [each.exit_status for each in runs]
    if None in known:
        return None
    ran = [each for each in known if each is not None and each != _NO_TESTS]
    return max(ran, default=_NO_TESTS)


#: pytest's exit status where no tests were collected: an empty shard of a stage that has some.
_NO_TESTS = 5


def _details(runs: Iterable[StageRun]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for run in runs:
        for name, about in run.details.items():
            found[name].update(dict.fromkeys(about))
    return {name: tuple(about) for name, about in found.items()}


def _distinct(texts: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(texts)))
