"""Computes what the router is told: from a shift and the instances that there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.routing import (
    Backend,
    BackendState,
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
from pytest_pipeline.domain.shares import shift_by_count

_WHOLE = 100


def table_of(
    shift: Shift, fleet: Mapping[str, Instance], before: Sequence[RoutingTable]
) -> RoutingTable:
    """Return the table of a shift; what was routed before and is not named in it drains.

    Args:
        shift: What is to get traffic; every instance that it names is in the fleet.
        fleet: Instances that there are, by identifier.
        before: Tables one of which is in force.
    """
    shares = {
        fleet[instances[0]].release: percent
        for percent, instances in (
            (_WHOLE - shift.candidate_percent, shift.stable),
            (shift.candidate_percent, shift.candidate),
        )
        if instances
    }
    named = (*shift.stable, *shift.candidate)
    backends: dict[int, list[Backend]] = {number: [] for number in shares}
    for state, instances in (
        (BackendState.SERVING, named),
        (BackendState.DRAINING, _routed(before, fleet.keys() - set(named))),
    ):
        for each in instances:
            known = fleet[each]
            backend = Backend(known.id, known.host, known.port, state)
            backends.setdefault(known.release, []).append(backend)
    candidate = f"r{fleet[shift.candidate[0]].release}" if shift.candidate else ""
    return RoutingTable(
        tuple(
            Pool(f"r{number}", shares.get(number, 0), tuple(sorted(found, key=_by_instance)))
            for number, found in sorted(backends.items())
        ),
        preview=candidate if shift.preview else "",
        testers=_testers(shift.rules.testers_header, candidate),
        sticky=_sticky(shift.rules.sticky_by) if shift.stable and candidate else None,
    )


def as_far_as_known(shift: Shift, fleet: Collection[str]) -> Shift | None:
    """Return what a shift gives traffic to and still is there; None when that is nothing."""
    candidate_percent, stable_percent = shift.candidate_percent, _WHOLE - shift.candidate_percent
    stable = tuple(each for each in shift.stable if each in fleet and stable_percent)
    candidate = tuple(each for each in shift.candidate if each in fleet and candidate_percent)
    return shift_by_count(stable, candidate) if stable or candidate else None


def serving_in(tables: Sequence[RoutingTable]) -> frozenset[str]:
    """Return the identifiers of instances that get new requests by any of some tables."""
    return frozenset(
        backend.instance
        for table in tables
        for pool in table.pools
        if pool.weight_percent
        for backend in pool.backends
        if backend.state is BackendState.SERVING
    )


def without_others(table: RoutingTable, fleet: Collection[str]) -> RoutingTable:
    """Return a table without the instances that are not in a fleet; they got no traffic."""
    return _led(table, _pools_of(table, fleet))


def only_running(table: RoutingTable, running: Collection[str]) -> RoutingTable:
    """Return a table without instances that died; weights go to the pools that still serve."""
    pools = _pools_of(table, running)
    heirs = [pool.name for pool in pools if pool.weight_percent and pool.name in _able(pools)]
    if not heirs:
        return RoutingTable()
    lost = _WHOLE - sum(pool.weight_percent for pool in pools if pool.name in heirs)
    weights = {pool.name: pool.weight_percent if pool.name in heirs else 0 for pool in pools}
    weights[heirs[0]] += lost
    return _led(table, tuple(replace(pool, weight_percent=weights[pool.name]) for pool in pools))


def _pools_of(table: RoutingTable, fleet: Collection[str]) -> tuple[Pool, ...]:
    pools = (
        replace(pool, backends=tuple(each for each in pool.backends if each.instance in fleet))
        for pool in table.pools
    )
    return tuple(pool for pool in pools if pool.backends)


def _able(pools: Sequence[Pool]) -> frozenset[str]:
    return frozenset(pool.name for pool in pools if any(map(_serves, pool.backends)))


def _led(table: RoutingTable, pools: tuple[Pool, ...]) -> RoutingTable:
    """Return the table with other pools; nobody is led to one where nothing serves."""
    able = _able(pools)
    return replace(
        table,
        pools=pools,
        preview=table.preview if table.preview in able else "",
        testers=table.testers if table.testers and table.testers.pool in able else None,
    )


def _routed(tables: Sequence[RoutingTable], among: Collection[str]) -> dict[str, None]:
    """Return instances that some table names, each once."""
    return dict.fromkeys(
        backend.instance
        for table in tables
        for pool in table.pools
        for backend in pool.backends
        if backend.instance in among
    )


def _testers(header: str, candidate: str) -> HeaderRoute | None:
    if not header or not candidate:
        return None
    name, _, value = header.partition(":")
    return HeaderRoute(name.strip(), value.strip(), candidate)


def _sticky(by: str) -> Stickiness | None:
    if not by:
        return None
    source, _, name = by.partition(":")
    return Stickiness(StickySource(source), name)


def _by_instance(backend: Backend) -> str:
    return backend.instance


def _serves(backend: Backend) -> bool:
    return backend.state is BackendState.SERVING
