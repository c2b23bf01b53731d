"""Canaries that wait for somebody to promote, abort, pause or resume them."""

from __future__ import annotations

from pytest_pipeline.domain.control_requests import RequestKind
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rollouts import Phase
from tests.integration.rollouts.place import Place

STEPS = [{"weight": 10, "pause": "promotion"}, {"weight": 50, "pause": "promotion"}]


def at_half_time(place: Place, seen: list[dict[str, int]]) -> None:
    """Look at the shares after a while."""
    place.clock.after(1000, lambda: seen.append(place.serving()))


def test_aborted_then_tried_again_then_promoted(place: Place) -> None:
    place.configure("canary", steps=STEPS)
    seen: list[dict[str, int]] = []
    at_half_time(place, seen)
    place.clock.after(2000, lambda: place.ask(RequestKind.ABORT))

    aborted = place.deploy()

    assert aborted.record is not None
    assert seen == [{"r1": 90, "r2": 10}]
    assert (aborted.phase, aborted.record.status) == (Phase.ROLLED_BACK, "Stopped")
    assert place.running() == ["r1-0", "r1-1"]

    at_half_time(place, seen)
    for seconds in (2000, 3000):
        place.clock.after(seconds, lambda: place.ask(RequestKind.PROMOTE))

    again = place.deploy()

    assert again.exit_code == ExitCode.OK, again.failures
    assert seen[1:] == [{"r1": 90, "r3": 10}]
    assert place.serving() == {"r3": 100}
    assert place.promoted() == "r3"


def test_one_promotion_ends_one_wait(place: Place) -> None:
    place.configure("canary", steps=STEPS)
    seen: list[dict[str, int]] = []
    place.clock.after(10, lambda: place.ask(RequestKind.PROMOTE))
    at_half_time(place, seen)
    place.clock.after(2000, lambda: place.ask(RequestKind.PROMOTE_FULLY))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK
    assert seen == [{"r1": 50, "r2": 50}]


def test_waiting_for_somebody_is_no_lack_of_progress(place: Place) -> None:
    place.configure("canary", steps=STEPS[:1])
    two_hours_s = 7200.0
    place.clock.after(two_hours_s, lambda: place.ask(RequestKind.PROMOTE))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert ended.record.duration_s > two_hours_s


def test_an_alarm_does_not_wait_for_anybody(place: Place) -> None:
    place.configure("canary", steps=STEPS)
    place.clock.after(1000, lambda: place.router.failing.add("r2"))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert ended.record.trigger == "STOP_ON_ALARM"
    assert place.serving() == {"r1": 100}
