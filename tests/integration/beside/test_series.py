"""A load test side by side: blocks of runs, until it is decided or cannot be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from pytest_pipeline.domain.gates import Gate
from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.domain.load_problems import all_busy, cut_off, slow_service
from pytest_pipeline.domain.side_by_side import Side, SideBySide, Sides
from pytest_pipeline.engine.load_series import LoadSeries
from pytest_pipeline.errors import ConfigError, LoadError
from tests.integration.beside.tested_place import GATE

SPEC = LoadSpec("locustfile.py", "http://candidate", 3, 2, 60, ("Buyer",))
RESULT = LoadResult(100, 0, 50.0, None, 10.0, 20.0, 30.0, 40.0, 2.5, (), {})
BESIDE = Beside("r6", "sha256:6", "http://stable")
#: Of many seeds one that draws this order.
SEED, ORDER = "e1", "cssc" + "sccs"
SETTINGS = SideBySide(runs=4, duration_s=2, warm_up_s=1)


@dataclass
class Releases:
    """A load runner: stable answers twice as fast; what is asked is kept.

    Attributes:
        invalid: Number of the run, from 0, that cannot be trusted; None for none.
        problem: Why it cannot.
        asked: The specifications, in order.
    """

    invalid: int | None = None
    problem: str = "cut off"
    asked: list[LoadSpec] = field(default_factory=list)

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        assert folder == Path("/load")
        problems = (self.problem,) if len(self.asked) == self.invalid else ()
        self.asked.append(spec)
        factor = 0.5 if "stable" in spec.url else 1.0
        return replace(RESULT, p95_ms=20.0 * factor, problems=problems)

    @property
    def order(self) -> str:
        return "".join(each.url.removeprefix("http://")[0] for each in self.asked)


@dataclass
class Conducted:
    """A series and what it told."""

    runner: Releases
    settings: SideBySide = SETTINGS
    decided: Callable[[Sides], bool] = lambda _: False
    beside: Beside = BESIDE
    seed: str = SEED
    told: list[str] = field(default_factory=list)

    def run(self, spec: LoadSpec = SPEC) -> LoadResult:
        gate = replace(GATE, side_by_side=self.settings)

        def is_decided(asked: Gate, sides: Sides) -> bool:
            assert asked is gate
            return self.decided(sides)

        series = LoadSeries(self.runner, gate, self.beside, is_decided, self.told.append, self.seed)
        return series.run(spec, folder=Path("/load"))


@pytest.fixture
def runner() -> Releases:
    return Releases()


def test_both_sides_are_warmed_up_and_then_run_by_turns(runner: Releases) -> None:
    result = Conducted(runner).run()

    assert runner.order == "cssc" + ORDER
    assert [each.duration_s for each in runner.asked] == [0.5] * 4 + [2] * 8
    assert all(
        replace(each, url=SPEC.url, duration_s=SPEC.duration_s) == SPEC for each in runner.asked
    )
    assert result.sides is not None
    assert (result.sides.stable, result.sides.blocks) == ("r6", 2)
    assert {run.figures["load.p95_ms"] for run in result.sides.of(Side.STABLE)} == {10.0}
    assert {run.figures["load.p95_ms"] for run in result.sides.of(Side.CANDIDATE)} == {20.0}


def test_the_result_is_the_candidates_and_its_time_that_of_everything(runner: Releases) -> None:
    result = Conducted(runner).run()

    assert (result.requests, result.p95_ms, result.valid) == (400, 20.0, True)
    assert result.duration_s == 12 * RESULT.duration_s


def test_without_a_warm_up_every_run_counts(runner: Releases) -> None:
    Conducted(runner, replace(SETTINGS, warm_up_s=0)).run()

    assert runner.order == ORDER


def test_another_execution_makes_its_runs_in_another_order() -> None:
    orders = {str(seed): Releases() for seed in range(20)}
    for seed, runner in orders.items():
        Conducted(runner, replace(SETTINGS, warm_up_s=0), seed=seed).run()

    assert len({runner.order for runner in orders.values()}) > 10
    assert all(runner.order.count("c") == 4 for runner in orders.values())


def test_it_ends_with_the_block_that_decides(runner: Releases) -> None:
    settings = replace(SETTINGS, runs=12, warm_up_s=0)

    result = Conducted(runner, settings, decided=lambda sides: sides.blocks == 3).run()

    assert len(runner.asked) == 12
    assert result.sides is not None
    assert result.sides.blocks == 3


def test_nothing_is_decided_within_a_block(runner: Releases) -> None:
    looks: list[int] = []

    def decided(sides: Sides) -> bool:
        looks.append(len(sides.runs))
        return False

    Conducted(runner, replace(SETTINGS, runs=6), decided=decided).run()

    assert looks == [4, 8, 12]


def test_a_comparison_of_a_release_with_itself_makes_all_runs(runner: Releases) -> None:
    Conducted(runner, decided=lambda _: True, beside=replace(BESIDE, exhaustive=True)).run()

    assert len(runner.asked) == 12


@pytest.mark.parametrize(
    ("number", "said", "runs"),
    [
        (4, "run 1 of 8, candidate: cut off", 0),
        (5, "run 2 of 8, stable: cut off", 0),
        (9, "run 6 of 8, candidate: cut off", 4),
    ],
)
def test_one_invalid_run_ends_it_and_makes_all_of_it_invalid(
    number: int, said: str, runs: int
) -> None:
    runner = Releases(invalid=number)

    result = Conducted(runner).run()

    assert len(runner.asked) == number + 1
    assert result.problems == (said,)
    assert result.sides is not None
    assert len(result.sides.runs) == runs


@pytest.mark.parametrize(
    "problem",
    [
        slow_service(9, 20, "users waited"),
        all_busy(7, 20, max_users=5),
        cut_off(3, stop_timeout_s=10),
    ],
)
def test_a_stable_that_is_too_slow_says_what_to_do(problem: str) -> None:
    found = [
        Conducted(Releases(invalid=number, problem=problem)).run().problems
        for number in range(4, 8)
    ]

    advised = [each for each in found if "it is stable that is too slow" in each[0]]
    assert len(advised) == 2
    assert all(", stable: " in each[0] and problem in each[0] for each in advised)
    assert all(each[0].endswith(problem) for each in found if each not in advised)


@pytest.mark.parametrize("number", range(4))
def test_a_warm_up_is_not_judged(number: int) -> None:
    assert Conducted(Releases(invalid=number)).run().valid


def test_a_generator_that_cannot_be_run_ends_the_warm_up() -> None:
    class Unable(Releases):
        def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
            super().run(spec, folder=folder)
            raise LoadError("no generator")

    runner = Unable()

    with pytest.raises(LoadError, match="no generator"):
        Conducted(runner).run()
    assert len(runner.asked) == 1


def test_a_warm_up_is_as_long_as_a_run_where_nothing_is_said() -> None:
    assert SideBySide().warm_up_s == SideBySide().duration_s


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        (replace(SPEC, users=7), "its last user is started after 3 s"),
        (replace(SPEC, users=0, spawn_rate=0, ramp=((0, 1), (50, 9))), "its ramp ends after 50 s"),
        (replace(SPEC, users=0, spawn_rate=0, rate=1, ramp=((3, 9),)), "its ramp ends after 3 s"),
    ],
)
def test_a_ramp_that_runs_would_cut_off_is_refused(
    runner: Releases, spec: LoadSpec, said: str
) -> None:
    with pytest.raises(ConfigError, match=rf"{said}, but a run of it lasts 2 s: raise duration_s"):
        Conducted(runner).run(spec)
    assert not runner.asked


@pytest.mark.parametrize(
    "spec",
    [
        replace(SPEC, users=4),
        replace(SPEC, users=0, spawn_rate=0, ramp=((2, 9),)),
        replace(SPEC, users=0, spawn_rate=0, rate=5.0),
        replace(SPEC, users=0, spawn_rate=0, shape="Steps"),
    ],
)
def test_a_load_that_is_whole_within_a_run_is_made(runner: Releases, spec: LoadSpec) -> None:
    assert Conducted(runner).run(spec).valid


def test_each_run_is_told_when_it_ends() -> None:
    conducted = Conducted(Releases(invalid=6))

    conducted.run()

    assert conducted.told == [
        "run 1 of 8, candidate, p95 20 ms",
        "run 2 of 8, stable, p95 10 ms",
        "run 3 of 8, stable, invalid: cut off",
    ]
