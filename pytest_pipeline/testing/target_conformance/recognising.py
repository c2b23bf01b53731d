"""What targets promise of recognising instances, and of their logs."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.testing.target_conformance.check import TargetCheck
from pytest_pipeline.testing.target_conformance.subject import TargetSubject

_LINES = 40


def _a_reused_number_is_another(subject: TargetSubject) -> None:
    instance = subject.launch()
    earlier = replace(instance.process, created=instance.process.created - 1000)
    other = replace(instance, process=earlier)
    subject.demand(not subject.target.is_running(other), f"{other} is not {instance}")
    subject.target.stop(other, grace_s=0.0)
    subject.demand(subject.target.is_running(instance), "to stop another does it no harm")


def _the_next_of_a_name_is_another(subject: TargetSubject) -> None:
    request = subject.request()
    first = subject.launch(request)
    subject.target.stop(first, grace_s=5.0)
    second = subject.launch(replace(request, port=first.port))
    subject.target.stop(first, grace_s=5.0)
    subject.demand(not subject.target.is_running(first), "the first does not run")
    subject.demand(subject.target.is_running(second), "the second does")


def _another_process_recognises(subject: TargetSubject) -> None:
    instance = subject.serving()
    another = subject.another()
    subject.demand(another.is_running(_as_recorded(instance)), f"{instance} is recognised")
    another.stop(_as_recorded(instance), grace_s=5.0)
    subject.demand(not another.is_running(instance), "and is stopped")
    subject.await_true(
        lambda: not subject.target.is_running(instance), "so says the one that launched it"
    )


def _what_ended_does_not_run(subject: TargetSubject) -> None:
    instance = subject.serving()
    subject.answer(instance, "/quit")
    subject.await_true(lambda: not subject.target.is_running(instance), f"{instance.id} is gone")
    tail = subject.target.log_tail(instance)
    subject.demand("quitting" in tail, f"its last words can be read: {tail}")


def _the_tail_is_the_last_lines(subject: TargetSubject) -> None:
    instance = subject.serving()
    tail = subject.target.log_tail(instance, lines=3)
    subject.demand(tail == "line 39\nline 40\nlistening\n", f"the last three lines: {tail!r}")
    whole = subject.target.log_tail(instance, lines=10 * _LINES)
    subject.demand(whole.count("line ") == _LINES, f"all lines, when more are wanted: {whole!r}")
    subject.demand(not subject.target.log_tail(instance, lines=0), "none, when none are wanted")


def _the_log_is_appended_to(subject: TargetSubject) -> None:
    request = subject.request()
    subject.target.stop(subject.serving(request), grace_s=5.0)
    again = subject.serving(request)
    tail = subject.target.log_tail(again, lines=10 * _LINES)
    told = tail.count("listening")
    subject.demand(told == 2, f"the log of the first is kept before that of the second: {told}")  # noqa: PLR2004


def _a_log_that_never_was_is_empty(subject: TargetSubject) -> None:
    instance = subject.launch()
    subject.target.stop(instance, grace_s=5.0)
    nowhere = replace(
        instance,
        log=str(subject.folder / "nowhere.log"),
        process=replace(instance.process, created=instance.process.created - 1000),
    )
    subject.demand(not subject.target.log_tail(nowhere), "a log that never was is empty")


def _as_recorded(instance: Instance) -> Instance:
    """Return the instance as it comes back from a record."""
    return replace(instance, process=replace(instance.process))


RECOGNISING = (
    TargetCheck("a reused number is another", _a_reused_number_is_another, runs_programs=False),
    TargetCheck(
        "the next of a name is another", _the_next_of_a_name_is_another, runs_programs=False
    ),
    TargetCheck("another process recognises it", _another_process_recognises),
    TargetCheck("what ended does not run", _what_ended_does_not_run),
    TargetCheck("the tail is the last lines", _the_tail_is_the_last_lines),
    TargetCheck("the log is appended to", _the_log_is_appended_to),
    TargetCheck(
        "a log that never was is empty", _a_log_that_never_was_is_empty, runs_programs=False
    ),
)
