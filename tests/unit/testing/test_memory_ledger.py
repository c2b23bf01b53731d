"""The ledger in memory behaves as one in a database."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.errors import StateError
from pytest_pipeline.testing.memory_ledger import MemoryLedger


@pytest.fixture
def ledger() -> MemoryLedger:
    made = MemoryLedger()
    for artifact in ("a", "b", "c"):
        made.register_release("staging", artifact=artifact, configuration={})
    return made


def execution(name: str) -> ExecutionRecord:
    return ExecutionRecord(name, "deploy", "2026-01-01T00:00:00.000Z", None, None, {})


def test_releases_are_numbered_within_their_environment(ledger: MemoryLedger) -> None:
    other = ledger.register_release("production", artifact="a", configuration={})
    second = ledger.release("staging", 2)

    assert other.number == 1
    assert second is not None
    assert second.artifact == "b"
    assert ledger.release("staging", 4) is None
    assert ledger.release("staging", 0) is None


def test_promotions_are_newest_first_without_repeats_in_a_row(ledger: MemoryLedger) -> None:
    for number in (1, 1, 2, 1):
        ledger.mark_promoted("staging", number)

    assert [each.number for each in ledger.promotions("staging")] == [1, 2, 1]
    assert [each.number for each in ledger.promotions("staging", limit=2)] == [1, 2]
    assert ledger.promoted("staging") == ledger.release("staging", 1)
    assert ledger.promoted("production") is None


def test_what_was_never_registered_cannot_be_promoted(ledger: MemoryLedger) -> None:
    with pytest.raises(StateError, match="no release r9 of staging"):
        ledger.mark_promoted("staging", 9)


def test_a_request_is_heard_once_and_by_its_environment_alone(ledger: MemoryLedger) -> None:
    pause = ControlRequest("staging", RequestKind.PAUSE)
    other = ControlRequest("production", RequestKind.ABORT)
    for request in (pause, other, pause):
        ledger.ask(request)

    assert ledger.take_requests("staging") == (pause,)
    assert ledger.take_requests("staging") == ()
    assert ledger.asked("production") == (other,)


def test_an_execution_is_found_by_the_beginning_of_its_name(ledger: MemoryLedger) -> None:
    for name in ("2026-a1", "2026-b1"):
        ledger.begin_execution(execution(name))

    assert ledger.execution("2026-b") == execution("2026-b1")
    assert ledger.execution("2026-") is None
    assert [each.id for each in ledger.executions(limit=1)] == ["2026-b1"]


def test_an_execution_begins_once_and_before_it_is_changed(ledger: MemoryLedger) -> None:
    ledger.begin_execution(execution("e"))

    with pytest.raises(StateError, match="in the ledger already"):
        ledger.begin_execution(execution("e"))
    with pytest.raises(StateError, match="not in the ledger"):
        ledger.update_execution(execution("f"))


def test_a_request_is_withdrawn_by_its_own_asker_alone(ledger: MemoryLedger) -> None:
    own, other = (ControlRequest("staging", RequestKind.PAUSE, id=each) for each in "ab")
    ledger.ask(other)
    withdraw = ledger.ask(own)
    nobodys = ControlRequest("staging", RequestKind.PAUSE)
    ledger.ask(nobodys)()

    withdraw()
    withdraw()

    assert ledger.asked("staging") == (other, nobodys)


def test_promotions_known_from_elsewhere_are_taken_over_with_their_numbers(
    ledger: MemoryLedger,
) -> None:
    third, fifth = Release(3, "c", {"a": "b"}), Release(5, "e", {})

    ledger.adopt_promotions("dev", [third, fifth, third])

    assert ledger.promoted("dev") == third
    assert ledger.promotions("dev") == (third, fifth, third)
    assert ledger.register_release("dev", artifact="f", configuration={}).number == 6


def test_a_number_of_another_release_is_not_taken_over(ledger: MemoryLedger) -> None:
    with pytest.raises(StateError, match="another r1 of staging"):
        ledger.adopt_promotions("staging", [Release(4, "d", {}), Release(1, "other", {})])

    assert ledger.release("staging", 4) is None
    assert ledger.promoted("staging") is None
