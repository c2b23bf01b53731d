"""Which tests passed, passed with a doubt, and failed: as evidence names them."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.tallies import StageRun
from pytest_pipeline.domain.test_records import FAILURES


@dataclass(frozen=True)
class NamedTests:
    """The tests of a stage that say something; each in one list, sorted.

    Attributes:
        passed: Ids of the tests that passed, expectedly or not.
        warned: Ids of the tests that passed after they had failed, or whose failure is excused.
        failed: Ids of the tests that failed, and of what could not be collected.
    """

    passed: tuple[str, ...]
    warned: tuple[str, ...]
    failed: tuple[str, ...]


def named_tests(run: StageRun) -> NamedTests:
    """Return the tests of a run, once its gate has judged it: the quarantined ones are marked."""
    excused, flaky = set(), set()
    for each in run.tally.records:
        if each.quarantined:
            excused.add(each.nodeid)
        elif each.flaky:
            flaky.add(each.nodeid)
    passed: list[str] = []
    warned: list[str] = []
    failed = [each.nodeid for each in run.broken]
    for nodeid, outcome in run.tally.outcomes.items():
        if outcome in FAILURES:
            (warned if nodeid in excused else failed).append(nodeid)
        elif outcome.passes:
            (warned if nodeid in flaky else passed).append(nodeid)
    return NamedTests(tuple(sorted(passed)), tuple(sorted(warned)), tuple(sorted(failed)))
