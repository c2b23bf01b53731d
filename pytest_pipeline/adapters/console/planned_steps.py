"""The steps of a plan as lines, with how much runs and serves after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_pipeline.adapters.console.repetition import Stretch, stretches
from pytest_pipeline.domain.fleet_expectations import Capacity, capacities
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.plans import Plan
from pytest_pipeline.domain.step_texts import describe


def step_lines(plan: Plan, stable: Fleet | None) -> Iterator[str]:
    """Yield the steps of a plan, numbered; of batches that repeat, the first and the last.

    Args:
        plan: The plan.
        stable: What served before; None for a first deployment.
    """
    after = list(capacities(plan, stable))
    yield f"{_FIGURES.format('step', 'running', 'serving')}  what is done"
    for stretch in stretches([type(each.step) for each in after]):
        if stretch.times == 1:
            yield from _lines(after, stretch.start, stretch.end)
            continue
        yield from _lines(after, stretch.start, stretch.start + stretch.length)
        yield _between(after, stretch)
        yield from _lines(after, stretch.end - stretch.length, stretch.end)


_FIGURES = "  {:>4}  {:>7}  {:>7}"


def _lines(after: Sequence[Capacity], start: int, end: int) -> Iterator[str]:
    for index in range(start, end):
        each = after[index]
        figures = _FIGURES.format(index + 1, each.running, each.serving)
        yield f"{figures}  {describe(each.step)}"


def _between(after: Sequence[Capacity], stretch: Stretch) -> str:
    """Return the line for the batches that are left out."""
    first, last = stretch.start + stretch.length, stretch.end - stretch.length
    left_out = after[first:last]
    running = _range([each.running for each in left_out])
    serving = _range([each.serving for each in left_out])
    figures = _FIGURES.format("…", running, serving)
    return f"{figures}  {stretch.times - 2} more batches like it, steps {first + 1} to {last}"


def _range(counts: Sequence[int]) -> str:
    least, most = min(counts), max(counts)
    return str(least) if least == most else f"{least}-{most}"
