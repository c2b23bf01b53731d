"""Issue 3, acceptance point 2: twenty thousand simulated deployments, and bugs that they see."""

from __future__ import annotations

import resource
import time

import pytest

from pytest_pipeline.testing.simulation import reproduction, survey, tally
from tests.acceptance.conftest import Show
from tests.integration.simulation.planted_bugs import BUGS, Caught, hunt

ROLLOUTS = 20_000
#: Other seeds than those of every run of the suite.
FIRST_SEED = 100_000
WORKERS = 2
#: On a machine whose two cores have nothing else to do, seconds.
WITHIN_S = 180.0
LARGE_FLEETS = 200


@pytest.mark.timeout(1800)
def test_twenty_thousand_deployments_break_no_invariant(show: Show) -> None:
    earlier = resource.getrusage(resource.RUSAGE_CHILDREN)
    before_s, began = earlier.ru_utime + earlier.ru_stime, time.monotonic()
    outcomes = survey(range(FIRST_SEED, FIRST_SEED + ROLLOUTS), workers=WORKERS)
    took_s = time.monotonic() - began
    counted = tally(outcomes)
    effects = sum(each.effects for each in outcomes)
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor_s = spent.ru_utime + spent.ru_stime - before_s
    show(
        f"{ROLLOUTS} rollouts, {effects} effects in {took_s:.0f} s by {WORKERS} processes "
        f"({processor_s:.0f} s of processor time)",
        ("what", "", "rollouts or faults"),
        [
            (what, name, count)
            for what, counts in counted.items()
            for name, count in counts.most_common()
        ],
    )

    assert not reproduction(outcomes)
    assert counted["fleet size"]["above 250"] >= LARGE_FLEETS
    # Where others keep the processors busy, the time that the workers had counts.
    assert min(took_s, processor_s / WORKERS) <= WITHIN_S


@pytest.mark.timeout(900)
def test_every_planted_bug_is_seen(show: Show) -> None:
    caught: dict[str, Caught | None] = {}
    for bug in BUGS:
        with pytest.MonkeyPatch.context() as patch:
            caught[bug.name] = hunt(bug, patch, first=FIRST_SEED)
    show(
        "planted bugs",
        ("bug", "broke", "in rollout", "wanted within"),
        [
            (bug.name, found.invariant, found.rollouts, bug.within)
            if (found := caught[bug.name])
            else (bug.name, "NOT SEEN", "", bug.within)
            for bug in BUGS
        ],
    )

    assert [name for name, found in caught.items() if found is None] == []
