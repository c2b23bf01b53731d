"""What a witness saw of a test, held against what its reports say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pytest_pipeline.domain.test_outcomes import TestOutcome

#: Ways out of a phase beside "raised TYPE".
RETURNED, SKIPPED, XFAILED = "returned", "skipped", "xfailed"

_PASSES = (TestOutcome.PASSED, TestOutcome.XPASSED)
_FAILURES = (TestOutcome.FAILED, TestOutcome.ERROR)


@dataclass(slots=True)
class Sighting:
    """What was seen of one attempt at a test; of each phase the way out of it, empty for unseen.

    Attributes:
        nodeid: Node id of the test.
        setup: Way out of its set-up.
        call: Way out of its function; of the call where there is no function to be seen.
        teardown: Way out of its tear-down.
        entered: Whether its function began; None where nobody can tell.
        expected: Whether it bears a mark that expects its failure.
        lenient: Whether it may end otherwise than its function does, as unittest's may.
    """

    nodeid: str
    setup: str = ""
    call: str = ""
    teardown: str = ""
    entered: bool | None = None
    expected: bool = False
    lenient: bool = False


def contradictions(
    sightings: Iterable[Sighting],
    outcomes: Mapping[str, TestOutcome],
    *,
    cut_short: bool = False,
) -> list[str]:
    """Say where reports are better than what was seen; that they are worse has many good reasons.

    Args:
        sightings: In the order in which they were seen; the last one of a test counts.
        outcomes: What the reports say, by node id.
        cut_short: Whether the session ended early, so that what was seen may not be reported.
    """
    last = {each.nodeid: each for each in sightings}
    found = []
    for nodeid, outcome in outcomes.items():
        why = _contradiction(last.get(nodeid), outcome)
        if why:
            found.append(f"{nodeid} was reported {outcome}, but {why}")
    if not cut_short:
        found += [
            f"{nodeid} was seen ({_told(each)}), but never reported"
            for nodeid, each in last.items()
            if nodeid not in outcomes
        ]
    return found


def _contradiction(seen: Sighting | None, outcome: TestOutcome) -> str:
    if outcome in _FAILURES:
        return ""
    if seen is None:
        return "nobody saw it run"
    if outcome in _PASSES:
        return _against_pass(seen)
    if seen.call == RETURNED and not _raised(seen.teardown) and not seen.lenient:
        return "its function returned"
    if outcome is TestOutcome.SKIPPED:
        return _against_skip(seen)
    return _against_expected(seen)


def _against_pass(seen: Sighting) -> str:
    if seen.setup != RETURNED:
        return f"its set-up {seen.setup or 'was never seen'}"
    if not seen.call:
        return "its call was never seen"
    if seen.entered is False:
        return "its function never ran"
    if seen.call != RETURNED:
        return f"its function {seen.call}"
    return f"its tear-down {seen.teardown}" if seen.teardown.startswith("raised") else ""


def _against_skip(seen: Sighting) -> str:
    raised = [each for each in _phases(seen) if each.startswith("raised")]
    return f"it {raised[0]}" if raised else ""


def _against_expected(seen: Sighting) -> str:
    if seen.expected or seen.lenient or XFAILED in _phases(seen):
        return ""
    return f"it bears no xfail mark and {_told(seen)}"


def _phases(seen: Sighting) -> tuple[str, str, str]:
    return (seen.setup, seen.call, seen.teardown)


def _raised(way: str) -> bool:
    return way not in ("", RETURNED)


def _told(seen: Sighting) -> str:
    return next((each for each in _phases(seen) if _raised(each)), seen.call or "not called")
