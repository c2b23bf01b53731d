from __future__ import annotations

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.engine.router_counting import read_router, with_router_figures
from tests.unit.engine.conftest import Stage

RUN = StageRun(Tally({}, 0), {"custom.a": 1.0}, details={"custom.a": ("b",)})


def test_a_run_has_what_went_through_the_router_since_the_first_reading(stage: Stage) -> None:
    stage.router.counted["r1"] = PoolStatistics(10, 5, 1.0, 4)
    before = read_router(stage.site)
    stage.router.counted["r1"] = PoolStatistics(30, 8, 2.0, 5)

    run = with_router_figures(RUN, before, stage.site)

    assert run.measurements == {
        "custom.a": 1.0,
        "router.requests": 20,
        "router.errors": 1,
        "router.error_ratio": 0.05,
    }
    assert run.details == RUN.details


def test_a_router_that_was_started_anew_leaves_nothing_measured(stage: Stage) -> None:
    stage.router.counted["r1"] = PoolStatistics(10)
    before = read_router(stage.site)
    stage.router.counted["r1"] = PoolStatistics(1)

    run = with_router_figures(RUN, before, stage.site)

    assert run.measurements == RUN.measurements
    assert "started anew" in run.details["router.error_ratio"][0]


def test_a_dead_router_leaves_nothing_measured(stage: Stage) -> None:
    before = read_router(stage.site)
    stage.router.kill()

    run = with_router_figures(RUN, before, stage.site)

    assert run.measurements == RUN.measurements
    assert run.details["router.requests"][0]


def test_without_an_environment_the_run_stays_as_it_is() -> None:
    assert with_router_figures(RUN, read_router(None), None) is RUN
