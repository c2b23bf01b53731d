"""What targets promise of instances whose owner was killed."""

from __future__ import annotations

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.testing.target_conformance.check import TargetCheck
from pytest_pipeline.testing.target_conformance.subject import TargetSubject

#: Longest life of an instance that nobody could find again, seconds.
_ORPHAN_S = 5.0
_POLL_S = 0.05


def _ends_with_its_owner(subject: TargetSubject) -> None:
    instance = _orphan(subject, handed_over=False)
    deadline = subject.clock.now() + _ORPHAN_S
    while subject.target.is_running(instance) and subject.clock.now() < deadline:
        subject.clock.sleep(_POLL_S)
    subject.demand(
        not subject.target.is_running(instance),
        f"one that was not handed over ends within {_ORPHAN_S:g} s of its owner's death",
    )


def _outlives_its_owner(subject: TargetSubject) -> None:
    instance = _orphan(subject, handed_over=True)
    subject.clock.sleep(_ORPHAN_S)
    subject.demand(subject.target.is_running(instance), "one that was handed over runs on")
    subject.await_true(lambda: subject.answer(instance) is not None, "and serves")


def _orphan(subject: TargetSubject, *, handed_over: bool) -> Instance:
    if subject.orphaned is None:
        raise ValueError(
            "this check needs TargetSubject.orphaned; leave it out where there is none"
        )
    instance = subject.orphaned(subject.request(), handed_over)
    subject.adopt(instance)
    return instance


OUTLIVING = (
    TargetCheck("an instance ends with its owner", _ends_with_its_owner, kills_owners=True),
    TargetCheck("what was handed over outlives its owner", _outlives_its_owner, kills_owners=True),
)
