"""How long steps wait, and for what."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.plans import AwaitHealthy, Drain, Launch
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import PipelineError
from tests.unit.engine.conftest import Stage


def no_requests() -> tuple[ControlRequest, ...]:
    return ()


def test_all_instances_drain_at_the_same_time(stage: Stage) -> None:
    began = stage.clock.now()
    for each in ("r1-0", "r1-1"):
        stage.router.set_active_requests(each, 1)

    perform(Drain(("r1-0", "r1-1")), stage.site, Watch(stage.clock, no_requests))

    assert stage.clock.now() - began == pytest.approx(30, abs=0.2)  # drain_timeout_s, once


def test_slow_clients_are_no_lack_of_progress(stage: Stage) -> None:
    stage.router.set_active_requests("r1-0", 1)

    perform(Drain(("r1-0",)), stage.site, Watch(stage.clock, no_requests, 5.0))

    assert stage.clock.now() >= 30


def test_a_passed_progress_deadline_is_no_failure_of_an_instance(stage: Stage) -> None:
    stage.site.admit(stage.release(2), stage.installed)
    stage.health.never.add(2)
    watch = Watch(stage.clock, no_requests, 3.0)
    perform(Launch(2, ("r2-0",)), stage.site, watch)
    launched = len(stage.target.requests)

    with pytest.raises(PipelineError, match="no progress for 3 s"):
        perform(AwaitHealthy(("r2-0",), max_failures=1), stage.site, watch)

    assert len(stage.target.requests) == launched
