"""What targets promise of stopping."""

from __future__ import annotations

from pytest_pipeline.testing.target_conformance.check import TargetCheck
from pytest_pipeline.testing.target_conformance.subject import TargetSubject

_GRACE_S = 1.0
#: Longest time beyond the grace that ending by force may take, seconds.
_FORCE_S = 10.0
#: Time in which a process that still ran would have been heard of many times, seconds.
_SILENCE_S = 0.3


def _stops_one_and_no_other(subject: TargetSubject) -> None:
    stopped, other = subject.launch(), subject.launch()
    subject.target.stop(stopped, grace_s=5.0)
    subject.demand(not subject.target.is_running(stopped), "what was stopped does not run")
    subject.demand(subject.target.is_running(other), "the other does")


def _stops_twice(subject: TargetSubject) -> None:
    instance = subject.launch()
    for _ in range(2):
        subject.target.stop(instance, grace_s=5.0)
    subject.demand(not subject.target.is_running(instance), "it does not run")


def _asks_before_it_ends(subject: TargetSubject) -> None:
    instance = subject.serving()
    began_s = subject.clock.now()
    subject.target.stop(instance, grace_s=30.0)
    took_s = subject.clock.now() - began_s
    tail = subject.target.log_tail(instance)
    subject.demand("stopping" in tail, f"it was asked to stop: {tail!r}")
    subject.demand(took_s < 30.0, f"one that obeys is not waited for, took {took_s:.1f} s")  # noqa: PLR2004


def _ends_what_is_deaf(subject: TargetSubject) -> None:
    instance = subject.serving(subject.request(CONFORMANCE_DEAF="1"))
    began_s = subject.clock.now()
    subject.target.stop(instance, grace_s=_GRACE_S)
    took_s = subject.clock.now() - began_s
    subject.demand(not subject.target.is_running(instance), "what is deaf is ended by force")
    subject.demand(
        _GRACE_S * 0.9 <= took_s <= _GRACE_S + _FORCE_S,
        f"it has its grace of {_GRACE_S:g} s and little more, took {took_s:.1f} s",
    )
    subject.demand("stopping" in subject.target.log_tail(instance), "it was asked before")


def _ends_what_it_started(subject: TargetSubject) -> None:
    instance = subject.serving()
    subject.answer(instance, "/child")
    subject.await_true(lambda: "beat" in subject.target.log_tail(instance), "its child runs")
    subject.target.stop(instance, grace_s=_GRACE_S)
    before = subject.target.log_tail(instance, lines=100_000)
    subject.clock.sleep(_SILENCE_S)
    after = subject.target.log_tail(instance, lines=100_000)
    subject.demand(before == after, "its child does not write any more")


STOPPING = (
    TargetCheck("one is stopped and no other", _stops_one_and_no_other, runs_programs=False),
    TargetCheck("stopping again does nothing", _stops_twice, runs_programs=False),
    TargetCheck("an instance is asked before it is ended", _asks_before_it_ends),
    TargetCheck("a deaf instance is ended after its grace", _ends_what_is_deaf),
    TargetCheck("what an instance started ends with it", _ends_what_it_started),
)
