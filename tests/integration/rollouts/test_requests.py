"""What people ask while a rollout waits, works, is irreversible, or changes hands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.journal_entries import answer_to, heard
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.errors import StateError
from tests.integration.rollouts.place import NAME, RUN, Place

BAKE_S = 300.0
#: Deployment of the second execution: the first made what serves.
SECOND = "e2-production"
THEN_GATE = [{"weight": 10, "pause_s": BAKE_S}, {"weight": 50, "pause": "promotion"}]


class ControllerDied(BaseException):
    """The end of a process that nobody sees coming."""


def die() -> None:
    raise ControllerDied


def ask(place: Place, kind: RequestKind, **about: Any) -> Callable[[], None]:  # noqa: ANN401
    return lambda: place.ledger.ask(ControlRequest(NAME, kind, **about))


def answer(place: Place, request: str, deployment: str = SECOND) -> str | None:
    return answer_to(place.journal.read(deployment), request)


def deploy_and_die(place: Place, at_s: float) -> None:
    place.clock.after(at_s, die)
    with pytest.raises(ControllerDied):
        place.deploy()
    place.records.yield_up(NAME)


def test_a_promotion_of_a_timed_pause_does_not_open_the_gate_after_it(place: Place) -> None:
    place.configure("canary", steps=THEN_GATE)
    seen: list[dict[str, int]] = []
    place.clock.after(10, lambda: place.ask(RequestKind.PROMOTE))
    for seconds in (BAKE_S - 50, 5000):
        place.clock.after(seconds, lambda: seen.append(place.serving()))
    place.clock.after(6000, lambda: place.ask(RequestKind.PROMOTE))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert seen == [{"r1": 50, "r2": 50}] * 2


def test_promote_that_releases_a_pause_opens_no_gate(place: Place) -> None:
    place.configure("canary", steps=THEN_GATE)
    seen: list[dict[str, int]] = []
    place.clock.after(10, lambda: place.ask(RequestKind.PAUSE))
    place.clock.after(2 * BAKE_S, lambda: place.ask(RequestKind.PROMOTE))
    place.clock.after(5000, lambda: seen.append(place.serving()))
    place.clock.after(6000, lambda: place.ask(RequestKind.PROMOTE))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert seen == [{"r1": 50, "r2": 50}]


def test_a_promotion_of_a_bake_leaves_the_delay_after_it(place: Place) -> None:
    place.configure("blue-green", bake_s=BAKE_S, scale_down_delay_s=600.0)
    place.clock.after(10, lambda: place.ask(RequestKind.PROMOTE))
    began_s = place.clock.now()

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert 600 < place.clock.now() - began_s < 600 + BAKE_S / 2


def test_a_promotion_that_comes_in_a_later_wait_than_it_is_about_ends_none(place: Place) -> None:
    place.configure("canary", steps=THEN_GATE)
    late = ask(place, RequestKind.PROMOTE, deployment=SECOND, step=2, id="late")
    place.clock.after(1000, late)
    place.clock.after(6000, lambda: place.ask(RequestKind.PROMOTE))
    began_s = place.clock.now()

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert place.clock.now() - began_s > 6000
    assert "is over already" in str(answer(place, "late"))


def test_where_nothing_waits_promote_says_so(place: Place) -> None:
    place.configure("canary", steps=THEN_GATE)
    place.ill_at_first("r2-0")
    place.clock.after(2, ask(place, RequestKind.PROMOTE, deployment=SECOND, id="early"))
    place.deploy()

    assert "nothing waits" in str(answer(place, "early"))


def test_what_is_asked_of_another_deployment_is_not_done_and_not_heard(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    place.clock.after(10, ask(place, RequestKind.ABORT, deployment="e9-production", id="else"))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert answer(place, "else") is None
    assert place.ledger.asked(NAME) == ()


def test_what_is_asked_as_soon_as_a_deployment_is_taken_over_counts(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    deploy_and_die(place, 20)
    ask(place, RequestKind.ABORT, deployment="e9-production", id="else")()
    ask(place, RequestKind.ABORT, deployment=SECOND, id="own")()

    ended = place.resume()

    assert ended.phase == Phase.ROLLED_BACK
    assert (answer(place, "own"), answer(place, "else")) == ("", None)


def test_what_was_asked_of_no_one_deployment_before_it_is_taken_over_is_void(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    deploy_and_die(place, 20)
    ask(place, RequestKind.ABORT, reason="superseded")()

    assert place.resume().phase == Phase.SUCCEEDED


def test_going_back_that_was_heard_is_not_forgotten_by_resume(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    deploy_and_die(place, 20)
    place.journal.append(SECOND, heard(ControlRequest(NAME, RequestKind.ABORT, "odd numbers")))

    ended = place.resume()

    assert ended.phase == Phase.ROLLED_BACK
    assert "odd numbers" in ended.failures[0]


def test_a_pause_that_was_heard_outlives_the_controller(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    place.clock.after(10, lambda: place.ask(RequestKind.PAUSE))
    deploy_and_die(place, 20)
    seen: list[dict[str, int]] = []
    place.clock.after(BAKE_S * 10, lambda: seen.append(place.serving()))
    place.clock.after(BAKE_S * 11, lambda: place.ask(RequestKind.RESUME))

    ended = place.resume()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert seen == [{"r1": 90, "r2": 10}]


@pytest.mark.parametrize(("kind", "waits_on"), [("PROMOTE", True), ("PROMOTE_FULLY", False)])
def test_a_promotion_that_was_heard_outlives_the_controller(
    place: Place, kind: str, *, waits_on: bool
) -> None:
    place.configure("canary", steps=THEN_GATE)
    statistics = place.router.statistics
    place.router.statistics = lambda _: PoolStatistics()  # type: ignore[method-assign]
    place.clock.after(10, lambda: place.ask(RequestKind[kind]))
    deploy_and_die(place, 20)
    place.router.statistics = statistics  # type: ignore[method-assign]
    seen: list[dict[str, int]] = []
    place.clock.after(BAKE_S / 2, lambda: seen.append(place.serving()))
    place.clock.after(BAKE_S * 2, lambda: place.ask(RequestKind.PROMOTE))

    ended = place.resume()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert seen == [{"r1": 50, "r2": 50}] * waits_on


@pytest.mark.parametrize("force", [False, True])
def test_going_back_from_an_irreversible_migration_takes_force(
    place: Place, *, force: bool
) -> None:
    place.run = replace(RUN, irreversible=True)
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    about = {"deployment": SECOND, "force": force, "id": "one"}
    place.clock.after(10, ask(place, RequestKind.ABORT, **about))

    ended = place.deploy()

    assert ended.phase == (Phase.ROLLED_BACK if force else Phase.SUCCEEDED)
    assert ("--force" in str(answer(place, "one"))) is not force


def test_the_same_holds_in_the_place_of_a_dead_controller(place: Place) -> None:
    place.run = replace(RUN, irreversible=True)
    place.configure("canary", steps=[{"weight": 10, "pause_s": BAKE_S}])
    deploy_and_die(place, 20)

    refused = place.abort()
    entries = len(place.journal.read(SECOND))

    assert refused.exit_code == ExitCode.ERROR
    assert "--force" in refused.failures[0]
    assert place.journal.read(SECOND)[-1]["kind"] == "intent"
    assert entries == len(place.journal.read(SECOND))

    forced = place.abort(force=True)

    assert (forced.exit_code, forced.phase) == (ExitCode.OK, Phase.ROLLED_BACK)
    assert place.serving() == {"r1": 100}


def test_an_old_instance_that_ends_in_the_delay_condemns_nothing(place: Place) -> None:
    place.configure("blue-green", bake_s=1, scale_down_delay_s=600.0)

    def end_an_old_one() -> None:
        old = next(each for each in place.target.running if each.id == "r1-0")
        place.target.stop(old, grace_s=0)

    place.clock.after(100, end_an_old_one)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert place.serving() == {"r2": 100}
    assert ended.record is not None
    assert ended.record.note.count("r1-0 ended while it served nobody") == 1


def test_a_ledger_that_cannot_be_read_for_a_while_is_read_later(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause": "promotion"}])
    take, failures = place.ledger.take_requests, [StateError("locked"), OSError("no descriptor")]

    def take_later(environment: str) -> tuple[ControlRequest, ...]:
        if place.clock.now() > began_s + 5 and failures:
            raise failures.pop()
        return take(environment)

    began_s = place.clock.now()
    place.ledger.take_requests = take_later  # type: ignore[method-assign]
    place.clock.after(100, lambda: place.ask(RequestKind.PROMOTE))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert failures == []


def test_a_journal_that_fails_for_a_moment_loses_no_request(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause": "promotion"}])
    append, failures = place.journal.append, [StateError("no space left")]

    def append_later(deployment: str, entry: Mapping[str, object]) -> None:
        if entry.get("text") == "heard" and failures:
            raise failures.pop()
        append(deployment, entry)

    place.journal.append = append_later  # type: ignore[method-assign]
    place.clock.after(100, lambda: place.ask(RequestKind.PROMOTE))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert failures == []


def test_statistics_that_cannot_be_read_while_paused_end_in_a_way_back(place: Place) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": 20}])
    statistics = place.router.statistics

    def broken(pool: str) -> PoolStatistics:
        if place.clock.now() > began_s + 100:
            raise OSError("no descriptor")
        return statistics(pool)

    began_s = place.clock.now()
    place.router.statistics = broken  # type: ignore[method-assign]
    place.clock.after(10, lambda: place.ask(RequestKind.PAUSE))

    ended = place.deploy()

    assert ended.phase == Phase.ROLLED_BACK
    assert ended.record is not None
    assert "while paused" in ended.record.failure
    assert place.serving() == {"r1": 100}


def test_one_look_that_fails_does_not_leave_a_rollout_half_way(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.configure("canary", steps=[{"weight": 10, "pause_s": 20}])
    place.clock.after(10, lambda: place.ask(RequestKind.ABORT))
    running, failures = place.target.is_running, [OSError("no descriptor")]

    def is_running(*args: Any) -> bool:  # noqa: ANN401
        going_back = place.journal.read(SECOND)[-1:]
        if failures and going_back and going_back[0]["kind"] == "stop requested":
            raise failures.pop()
        return running(*args)

    monkeypatch.setattr(place.target, "is_running", is_running)

    ended = place.deploy()

    assert ended.phase == Phase.ROLLED_BACK
    assert failures == []
    assert place.serving() == {"r1": 100}
