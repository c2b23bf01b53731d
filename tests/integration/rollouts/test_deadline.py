"""The deadline of progress: what waits by itself is given up, what is meant to wait is not."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.control_requests import RequestKind
from pytest_pipeline.domain.exit_codes import ExitCode
from tests.integration.rollouts.place import RUN, Place

DEADLINE_S = 60.0


def slow(place: Place) -> None:
    """Let instances have longer to come up than there is time for progress."""
    place.run = replace(RUN, deploy_timeout_s=10 * DEADLINE_S)
    place.environment = replace(place.environment, progress_deadline_s=DEADLINE_S)


def test_a_rollout_without_progress_is_taken_back(place: Place) -> None:
    slow(place)
    place.health.never_ready(2)
    began_s = place.clock.now()

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert "progress_deadline_s = 60" in ended.record.failure
    assert DEADLINE_S <= place.clock.now() - began_s <= DEADLINE_S + 10
    assert place.serving() == {"r1": 100}


def test_a_pause_does_not_count(place: Place) -> None:
    slow(place)
    place.configure(monitor_s=10)
    place.clock.after(1, lambda: place.ask(RequestKind.PAUSE))
    place.clock.after(20 * DEADLINE_S, lambda: place.ask(RequestKind.RESUME))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert ended.record.duration_s >= 19 * DEADLINE_S


def test_the_deadline_counts_anew_after_a_pause(place: Place) -> None:
    slow(place)
    place.configure(min_ready_s=1)
    place.ill_at_first("r2-1")
    place.clock.after(1, lambda: place.ask(RequestKind.PAUSE))
    place.clock.after(1000, lambda: place.ask(RequestKind.RESUME))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert ended.record is not None
    assert 1000 + DEADLINE_S <= ended.record.duration_s <= 1000 + DEADLINE_S + 10


def test_a_bake_longer_than_the_deadline_is_no_lack_of_progress(place: Place) -> None:
    slow(place)
    place.configure(bake_s=5 * DEADLINE_S)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
