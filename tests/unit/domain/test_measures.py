from __future__ import annotations

import pytest

from pytest_pipeline.domain.measures import (
    FAMILIES,
    MEASURES,
    Measure,
    Worse,
    all_measures,
    find_measure,
)

LAYERS = ("unit", "db-contract")
#: Of decision 9, beside those that there were before.
DECIDED = frozenset((
    "tests.xpassed", "tests.deselected", "tests.flaky", "tests.retried", "tests.quarantined",
    "tests.required_missing", "tests.unlisted_skips", "quarantine.entries", "quarantine.expired",
    "duration.wall_s", "duration.slowest_s", "coverage.percent", "coverage.branch_percent",
    "coverage.changed_percent", "router.requests", "router.errors", "router.error_ratio",
))  # fmt: skip


def test_every_measure_that_was_decided_is_in_the_catalogue() -> None:
    assert MEASURES.keys() >= DECIDED


def test_every_measure_has_unit_and_meaning() -> None:
    assert all(each.unit and len(each.meaning) > 10 for each in (*MEASURES.values(), *FAMILIES))


def test_each_layer_has_a_duration() -> None:
    found = all_measures(LAYERS)

    assert {name for name in found if name not in MEASURES} == {
        "duration.unit_s",
        "duration.db-contract_s",
    }
    assert found["duration.db-contract_s"] == Measure(
        "duration.db-contract_s",
        "s",
        "sum of the durations of the tests of layer db-contract",
        Worse.MORE,
    )


def test_a_layer_cannot_take_the_name_of_another_measure() -> None:
    assert all_measures(("wall",))["duration.wall_s"] == MEASURES["duration.wall_s"]


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        (
            "coverage.percent[orders.domain]",
            "what is covered of the modules in package orders.domain",
        ),
        ("tests.flaky", MEASURES["tests.flaky"].meaning),
        ("custom.rows.read_2", ""),
    ],
)
def test_a_measure_is_found_by_its_name(name: str, meaning: str) -> None:
    found = find_measure(name, LAYERS)

    assert found is not None
    assert (found.name, found.meaning) == (name, meaning)


@pytest.mark.parametrize(
    "name",
    [
        "duration.e2e_s",
        "coverage.percent[]",
        "coverage.percent[orders-domain]",
        "coverage.percent[orders.]",
        "coverage.percent[src/orders]",
        "custom.",
        "custom.Rows",
        "customs.rows",
        "duration.LAYER_s",
    ],
)
def test_what_is_no_measure_is_not_found(name: str) -> None:
    assert find_measure(name, LAYERS) is None
