"""The old set is kept for a while: going back is one router update until it is gone."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.control_requests import RequestKind
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rollouts import Phase
from tests.integration.rollouts.place import Place

DELAY_S = 600.0


@pytest.fixture(params=["blue-green", "canary"])
def delayed(place: Place, request: pytest.FixtureRequest) -> Place:
    place.configure(request.param, bake_s=1, scale_down_delay_s=DELAY_S)
    return place


def test_within_the_delay_going_back_is_one_router_update_and_no_launch(delayed: Place) -> None:
    began: list[tuple[dict[str, int], int, int]] = []

    def abort() -> None:
        seen = delayed.serving(), len(delayed.router.applied), len(delayed.target.requests)
        began.append(seen)
        delayed.ask(RequestKind.ABORT)

    delayed.clock.after(DELAY_S / 2, abort)

    ended = delayed.deploy()
    ((served, routed, launched),) = began
    after = delayed.router.applied[routed]

    assert ended.phase == Phase.ROLLED_BACK
    assert served == {"r2": 100}
    assert {p.name: p.weight_percent for p in after.pools} == {"r1": 100, "r2": 0}
    assert len(delayed.target.requests) == launched
    assert delayed.serving() == {"r1": 100}
    assert delayed.running() == ["r1-0", "r1-1"]
    assert ended.record is not None
    assert ended.record.rollback_ms is not None
    assert ended.record.rollback_ms <= 1000


def test_an_alarm_within_the_delay_goes_back_as_well(delayed: Place) -> None:
    delayed.clock.after(DELAY_S / 2, lambda: delayed.router.failing.add("r2"))

    ended = delayed.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert delayed.serving() == {"r1": 100}


def test_after_the_delay_the_old_set_is_gone(delayed: Place) -> None:
    kept: list[list[str]] = []
    delayed.clock.after(DELAY_S * 0.9, lambda: kept.append(delayed.running()))
    began_s = delayed.clock.now()

    ended = delayed.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert kept == [["r1-0", "r1-1", "r2-0", "r2-1"]]
    assert delayed.clock.now() - began_s >= DELAY_S
    assert delayed.running() == ["r2-0", "r2-1"]


def test_promote_ends_the_delay(delayed: Place) -> None:
    delayed.clock.after(DELAY_S / 10, lambda: delayed.ask(RequestKind.PROMOTE_FULLY))
    began_s = delayed.clock.now()

    ended = delayed.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert delayed.clock.now() - began_s < DELAY_S / 2
