"""Runs a load test side by side: the release under test and stable by turns, block by block."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.load_problems import OF_SLOWNESS, kind_of
from pytest_pipeline.domain.load_series import planned_runs, run_figures, series_result
from pytest_pipeline.domain.side_by_side import Side, SideBySide, SideRun, Sides
from pytest_pipeline.domain.side_by_side.orders import seeded_orders
from pytest_pipeline.domain.side_by_side.settings import RUNS_IN_BLOCK
from pytest_pipeline.engine.ports import LoadRunner
from pytest_pipeline.errors import ConfigError

#: Runs in a block, of both sides; count.
_BLOCK = 2 * RUNS_IN_BLOCK
_WARM_UP = (Side.CANDIDATE, Side.STABLE, Side.STABLE, Side.CANDIDATE)
_HALVES = 2


@dataclass(frozen=True)
class LoadSeries:
    """A `LoadRunner` whose load goes to two releases by turns.

    Attributes:
        runner: Makes one run.
        gate: Judges them; it has ``side_by_side``.
        beside: The release that the candidate is compared with; it serves.
        is_decided: Says after each block whether more of them could change no verdict.
        tell: Told what each run came to, in words, for people.
        seed: Draws the orders of the blocks; the same one in the same execution.
    """

    runner: LoadRunner
    gate: Gate
    beside: Beside
    is_decided: Callable[[Gate, Sides], bool]
    tell: Callable[[str], None]
    seed: str

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Run a load test in blocks until it is decided, or all planned runs were made.

        A run that cannot be trusted ends it: the whole result is invalid then.

        Args:
            spec: What the test asks; the settings of the gate decide how long each run is.
            folder: Existing folder for records and logs.

        Raises:
            ConfigError: If a run is shorter than the ramp of the load.
            LoadError: If the generator could not be run at all; carries its output.
        """
        settings = self.gate.side_by_side
        assert settings is not None  # noqa: S101 - the caller looked
        _refuse_cut_ramp(spec, settings.duration_s)
        specs = {Side.CANDIDATE: spec, Side.STABLE: replace(spec, url=self.beside.url)}
        spent_s = self._warm_up(specs, settings, folder)
        made: list[tuple[SideRun, LoadResult]] = []
        problems: tuple[str, ...] = ()
        planned = planned_runs(settings, seeded_orders(self.seed, settings.blocks))
        for number, (block, side) in enumerate(planned, start=1):
            place = f"run {number} of {len(planned)}, {side}"
            asked = replace(specs[side], duration_s=settings.duration_s)
            result = self.runner.run(asked, folder=folder)
            spent_s += result.duration_s
            made.append((SideRun(side, block, run_figures(result)), result))
            self.tell(f"{place}, {_seen(result)}")
            problems = tuple(f"{place}: {_advised(each, side)}" for each in result.problems)
            if problems or (number % _BLOCK == 0 and self._ends(self._sides(made))):
                break
        candidate = [result for run, result in made if run.side is Side.CANDIDATE]
        sides = self._sides(made)
        return series_result(candidate, sides, duration_s=spent_s, problems=problems)

    def _warm_up(self, specs: dict[Side, LoadSpec], settings: SideBySide, folder: Path) -> float:
        """Put load on both sides that is not counted; return how long, seconds.

        In halves and by turns as well: neither side is warmed last only.
        """
        if not settings.warm_up_s:
            return 0.0
        spent_s = 0.0
        for side in _WARM_UP:
            asked = replace(specs[side], duration_s=settings.warm_up_s / _HALVES)
            spent_s += self.runner.run(asked, folder=folder).duration_s
        return spent_s

    def _ends(self, sides: Sides) -> bool:
        return not self.beside.exhaustive and self.is_decided(self.gate, sides)

    def _sides(self, made: list[tuple[SideRun, LoadResult]]) -> Sides:
        """Return the runs of whole blocks."""
        whole = len(made) // _BLOCK * _BLOCK
        return Sides(self.beside.release, tuple(run for run, _ in made[:whole]))


def _advised(problem: str, side: Side) -> str:
    """Return a problem of a run, and what to do where no later release could mend it."""
    if side is Side.CANDIDATE or kind_of(problem) not in OF_SLOWNESS:
        return problem
    return (
        f"{problem}; it is stable that is too slow, whatever the candidate is: ask for less load, "
        "or judge this release by absolute objectives, without [stages.NAME.side_by_side]"
    )


def _refuse_cut_ramp(spec: LoadSpec, run_s: float) -> None:
    """Refuse a load that would never be whole: runs are as long as the settings say."""
    risen_s = spec.course.points[-1][0] if spec.course else 0.0
    if risen_s > run_s:
        begin = "ramp ends" if spec.ramp else "last user is started"
        raise ConfigError(
            f"load test: its {begin} after {risen_s:g} s, but a run of it lasts {run_s:g} s: raise "
            f"duration_s of [stages.NAME.side_by_side] to >= {risen_s:g}, or be quicker"
        )


def _seen(result: LoadResult) -> str:
    """Return what a run came to, for people."""
    if result.problems:
        return f"invalid: {result.problems[0]}"
    return "no request" if result.p95_ms is None else f"p95 {result.p95_ms:.4g} ms"
