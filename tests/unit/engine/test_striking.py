"""Faults strike at their moment, once."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.drills import Moment
from pytest_pipeline.domain.journal_entries import happened, intended
from pytest_pipeline.domain.plans import AwaitHealthy, Launch, Shift, Step
from pytest_pipeline.domain.rollouts import StepDone, StepFailed
from pytest_pipeline.engine.drilling.striking import Strike, StrikingJournal
from pytest_pipeline.errors import TargetError
from pytest_pipeline.testing.memory_journal import MemoryJournal
from pytest_pipeline.testing.virtual_clock import VirtualClock

STEPS: tuple[Step, ...] = (
    Shift(("r1-0",), (), 0),
    Launch(1, ("r1-1",)),
    Launch(2, ("r2-0",)),
    AwaitHealthy(("r2-0",)),
    Shift(("r1-0",), ("r2-0",), 0, preview=True),
    Shift(("r1-0",), ("r2-0",), 50),
    Launch(2, ("r2-1",)),
    Shift((), ("r2-0", "r2-1"), 100),
)


class Told:
    """A rollout's journal, and where it was when the fault struck."""

    def __init__(self, moment: Moment, *, failing: bool = False) -> None:
        self.memory, self.clock = MemoryJournal(), VirtualClock()
        self.journal = StrikingJournal(self.memory, self.clock)
        self.failing = failing
        self.at: list[int] = []
        self.strike = Strike("d1", 2, moment, self.act)
        self.journal.arm(self.strike)

    def act(self) -> None:
        self.at.append(len(self.memory.read("d1")))
        if self.failing:
            raise TargetError("nothing there")

    def go(self) -> None:
        for index, step in enumerate(STEPS):
            self.journal.append("d1", intended(index, step))
            self.clock.sleep(1)
            self.journal.append("d1", happened(StepDone()))


@pytest.mark.parametrize(
    ("moment", "entries"),
    [
        pytest.param(Moment.LAUNCHING, 4, id="before-the-intent-of-its-launch"),
        pytest.param(Moment.LAUNCHED, 6, id="after-its-launch-is-done"),
        pytest.param(Moment.TRAFFIC, 12, id="after-the-shift-that-gives-it-traffic"),
    ],
)
def test_a_fault_strikes_once_at_its_moment(moment: Moment, entries: int) -> None:
    told = Told(moment)

    told.go()

    assert told.at == [entries]
    assert told.strike.struck_s == entries // 2


def test_other_deployments_are_left_alone() -> None:
    told = Told(Moment.LAUNCHING)

    told.journal.append("d2", intended(0, STEPS[2]))

    assert told.at == []
    assert told.memory.read("d2")


def test_it_is_noticed_when_the_rollout_turns_back() -> None:
    told = Told(Moment.TRAFFIC)
    told.journal.append("d1", happened(StepFailed("before the fault")))
    told.go()
    told.clock.sleep(0.5)

    told.journal.append("d1", happened(StepFailed("alarm")))
    told.clock.sleep(0.5)
    told.journal.append("d1", happened(StepFailed("again")))

    assert told.strike.struck_s == 6.0
    assert told.strike.noticed_s == 8.5


def test_a_fault_that_cannot_be_done_says_why_and_is_not_tried_again() -> None:
    told = Told(Moment.TRAFFIC, failing=True)

    told.go()

    assert told.at == [12]
    assert told.strike.struck_s is None
    assert told.strike.failure == "nothing there"
