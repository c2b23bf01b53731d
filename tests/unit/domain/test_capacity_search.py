"""The search for the highest rate, on services that are formulas."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.capacity import (
    Decision,
    Ending,
    Finding,
    Limit,
    Outcome,
    Probe,
    Reason,
    Search,
    decide,
    probe_of,
)
from pytest_pipeline.domain.capacity.load_objectives import parse_objective
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.errors import ConfigError
from tests.queueing_load import QueueingLoad

BOUND_MS = 250
OBJECTIVES = (parse_objective(f"load.p95_ms < {BOUND_MS}"),)


def searched(search: Search, tried: Callable[[float], Outcome]) -> tuple[Finding, list[Probe]]:
    """Search to the end; the outcome of a rate is given by a function."""
    probes: list[Probe] = []
    while isinstance(step := decide(search, probes), Decision):
        probes.append(Probe(step.rate, tried(step.rate), reason=step.reason))
    return step, probes


def by(load: QueueingLoad) -> Callable[[float], Outcome]:
    """Judge what a load measures."""

    def tried(rate: float) -> Outcome:
        spec = LoadSpec("", "", users=0, spawn_rate=0, rate=rate, duration_s=10)
        return probe_of(
            load.run(spec, folder=Path()), rate=rate, asked_s=10, objectives=OBJECTIVES
        ).outcome

    return tried


def up_to(capacity: float) -> Callable[[float], Outcome]:
    """Hold every rate up to one, and no other."""
    return lambda rate: Outcome.HELD if rate <= capacity else Outcome.MISSED


@given(
    service_rate=st.floats(40, 1500),
    precision=st.floats(1, 50),
    first_rate=st.floats(1, 20),
)
def test_the_answer_lies_below_the_capacity_of_a_queue_by_no_more_than_the_precision(
    service_rate: float, precision: float, first_rate: float
) -> None:
    load = QueueingLoad(service_rate)
    capacity = load.capacity(95, BOUND_MS)

    found, probes = searched(Search(first_rate, 2000, precision), by(load))

    assert found.ending is Ending.FOUND
    assert found.rate is not None
    assert found.ceiling is not None
    assert found.rate <= capacity <= found.ceiling
    # rates have three digits, so that the last interval may be wider by one of the last
    assert found.ceiling <= found.rate * (1.01 + precision / 100)
    assert found.confirmed
    assert [each.outcome for each in probes if each.rate == found.rate] == [Outcome.HELD] * 2
    assert [each.outcome for each in probes if each.rate == found.ceiling] == [Outcome.MISSED] * 2


def test_one_bad_probe_in_twenty_changes_the_answer_of_few_searches() -> None:
    far = 0
    for seed in range(300):
        chance = random.Random(seed)  # noqa: S311 - no secret
        load = QueueingLoad(200, noise=0.05, seed=seed)
        truth = by(load)

        def tried(
            rate: float,
            chance: random.Random = chance,
            truth: Callable[[float], Outcome] = truth,
        ) -> Outcome:
            return Outcome.MISSED if chance.random() < 0.05 else truth(rate)

        found, _ = searched(Search(), tried)
        far += not 0.8 < (found.rate or 0) / load.capacity(95, BOUND_MS) < 1.1

    assert far / 300 < 0.05


def test_steps_are_doubled_then_halved_and_each_says_why() -> None:
    _, probes = searched(Search(20, 2000, 20), up_to(130))

    assert [(each.rate, each.reason) for each in probes] == [
        (20, Reason.UP),
        (40, Reason.UP),
        (80, Reason.UP),
        (160, Reason.UP),
        (160, Reason.AGAIN),
        (320, Reason.BEYOND),
        (113, Reason.HALVE),
        (134, Reason.HALVE),
        (134, Reason.AGAIN),
        (113, Reason.CONFIRM),
    ]


def test_a_rate_that_failed_once_by_chance_does_not_count() -> None:
    failures = {80.0: 1}

    def tried(rate: float) -> Outcome:
        if failures.get(rate):
            failures[rate] -= 1
            return Outcome.MISSED
        return up_to(130)(rate)

    found, probes = searched(Search(20, 2000, 20), tried)

    assert found.rate == 113
    assert [each.outcome for each in probes if each.rate == 80] == [
        Outcome.MISSED,
        Outcome.HELD,
        Outcome.HELD,
    ]


def test_a_rate_that_is_not_held_again_in_the_end_counts_no_more() -> None:
    tries = {113.0: [Outcome.HELD, Outcome.MISSED, Outcome.MISSED]}

    def tried(rate: float) -> Outcome:
        return tries[rate].pop(0) if tries.get(rate) else up_to(130)(rate)

    found, _ = searched(Search(20, 2000, 20), tried)

    assert (found.rate, found.ceiling) == (95.1, 113)
    assert found.confirmed


def test_a_higher_rate_that_held_after_a_lower_one_failed_is_named() -> None:
    found, _ = searched(
        Search(20, 2000, 20), lambda rate: Outcome.MISSED if 100 < rate < 200 else Outcome.HELD
    )

    assert found.ending is Ending.FOUND
    assert found.rate is not None
    assert found.rate <= 100
    assert found.held_above == (320,)


def test_the_end_of_the_generator_is_no_limit_of_the_service() -> None:
    found, _ = searched(Search(), by(QueueingLoad(5000, generator_rate=300)))

    assert found.ending is Ending.GENERATOR
    assert found.rate is not None
    assert 270 < found.rate <= 300
    assert found.capacity is None
    assert not found.told


def test_a_generator_that_is_at_its_end_at_once_tells_nothing() -> None:
    found, probes = searched(Search(), lambda _: Outcome.INVALID)

    assert (found.ending, found.rate) == (Ending.GENERATOR, None)
    assert len(probes) == 2


def test_a_service_that_misses_the_lowest_rate_is_below_it() -> None:
    found, probes = searched(Search(), up_to(10))

    assert (found.ending, found.rate, found.ceiling) == (Ending.BELOW, None, 20)
    assert [each.reason for each in probes] == [Reason.UP, Reason.AGAIN]


def test_a_service_that_holds_everything_is_confirmed_at_the_highest_rate() -> None:
    found, probes = searched(Search(20, 90), up_to(1e9))

    assert (found.ending, found.rate, found.confirmed) == (Ending.HIGHEST, 90, True)
    assert [each.rate for each in probes] == [20, 40, 80, 90, 90]


@given(st.lists(st.sampled_from(Outcome), max_size=60), st.integers(2, 40))
def test_whatever_happens_it_ends_within_the_probes_and_never_names_a_rate_that_failed(
    outcomes: list[Outcome], most: int
) -> None:
    left = iter(outcomes)

    found, probes = searched(Search(probes=most), lambda rate: next(left, up_to(100)(rate)))

    assert len(probes) <= most
    if found.rate is not None:
        seen = [each.outcome for each in probes if each.rate == found.rate]
        assert seen.count(Outcome.HELD) >= seen.count(Outcome.MISSED)
        assert found.ceiling is None or found.rate < found.ceiling


def test_a_search_that_finds_nothing_is_refused_with_all_that_is_wrong() -> None:
    with pytest.raises(ConfigError) as refused:
        Search(first_rate=0, last_rate=-1, precision_percent=0, probes=1)

    assert all(
        option in str(refused.value) for option in ("--from", "--to", "--precision", "--probes")
    )


def test_errors_go_before_slowness_in_what_limited_it() -> None:
    objectives = (*OBJECTIVES, parse_objective("load.failures < 1"))
    load = QueueingLoad(10).run(
        LoadSpec("", "", users=0, spawn_rate=0, rate=50, duration_s=10), folder=Path()
    )
    object.__setattr__(load, "failures", 3)

    probe = probe_of(load, rate=50, asked_s=10, objectives=objectives)

    assert probe.outcome is Outcome.MISSED
    assert probe.limits == (Limit.ERRORS, Limit.LATENCY, Limit.RATE)
    assert probe.missed[0] == "load.failures 3, wanted < 1"
