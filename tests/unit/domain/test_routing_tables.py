"""The router's table, computed from shifts and from what there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.domain.plans import Shift, TrafficRules
from pytest_pipeline.domain.routing import HeaderRoute, RoutingTable, Stickiness, StickySource
from pytest_pipeline.domain.routing_tables import (
    as_far_as_known,
    only_running,
    serving_in,
    table_of,
    without_others,
)

STABLE, CANDIDATE = ("r1-0", "r1-1"), ("r2-0", "r2-1")


def instance(identifier: str) -> Instance:
    release, index = identifier.removeprefix("r").split("-")
    port = 20000 + 100 * int(release) + int(index)
    process = ProcessIdentity(port, 1.0)
    return Instance(identifier, int(release), "127.0.0.1", port, process, "/log")


FLEET = {each: instance(each) for each in (*STABLE, *CANDIDATE)}
BOTH = table_of(Shift(STABLE, CANDIDATE, 25), FLEET, ())


def states(table: RoutingTable) -> dict[str, str]:
    return {each.instance: str(each.state) for pool in table.pools for each in pool.backends}


def weights(table: RoutingTable) -> dict[str, int]:
    return {pool.name: pool.weight_percent for pool in table.pools}


def test_what_was_routed_by_any_table_and_is_not_named_drains() -> None:
    only_stable = table_of(Shift(STABLE, (), 0), FLEET, ())
    maybe = table_of(Shift((), ("r2-0",), 100), FLEET, ())

    table = table_of(Shift(("r1-0",), (), 0), FLEET, (only_stable, maybe))

    assert states(table) == {"r1-0": "serving", "r1-1": "draining", "r2-0": "draining"}
    assert weights(table) == {"r1": 100, "r2": 0}


def test_a_preview_gets_no_weight() -> None:
    table = table_of(Shift(STABLE, CANDIDATE, 0, preview=True), FLEET, ())

    assert (table.preview, weights(table)) == ("r2", {"r1": 100, "r2": 0})
    assert serving_in((table,)) == set(STABLE)


def test_rules_of_a_canary_are_those_of_the_router() -> None:
    rules = TrafficRules("x-tester: yes", "cookie:session")
    table = table_of(Shift(STABLE, CANDIDATE, 10, rules=rules), FLEET, ())

    assert table.testers == HeaderRoute("x-tester", "yes", "r2")
    assert table.sticky == Stickiness(StickySource.COOKIE, "session")


def test_what_serves_by_a_table_that_was_not_confirmed_counts_as_serving() -> None:
    unconfirmed = table_of(Shift((), CANDIDATE, 100), FLEET, ())

    assert serving_in((table_of(Shift(STABLE, (), 0), FLEET, ()), unconfirmed)) == set(FLEET)


def test_of_a_shift_only_what_is_still_there_can_be_in_force() -> None:
    shift = Shift(STABLE, CANDIDATE, 50)

    assert as_far_as_known(shift, {"r1-0", "r2-1"}) == Shift(("r1-0",), ("r2-1",), 50)
    assert as_far_as_known(shift, set()) is None


@given(st.frozensets(st.sampled_from(sorted(FLEET))), st.integers(0, 100))
def test_without_dead_instances_all_weight_goes_to_what_serves(
    running: frozenset[str], percent: int
) -> None:
    before = table_of(Shift(STABLE, CANDIDATE, percent, preview=True), FLEET, ())

    table = only_running(before, running)

    assert states(table).keys() <= running
    served = serving_in((before,)) & running
    assert sum(weights(table).values()) == (100 if served else 0)
    assert bool(serving_in((table,))) == bool(served)


def test_stopped_instances_leave_the_table_and_shares_stay() -> None:
    table = without_others(BOTH, {"r1-0", "r2-0", "r2-1"})

    assert states(table).keys() == {"r1-0", "r2-0", "r2-1"}
    assert weights(table) == {"r1": 75, "r2": 25}
