from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pytest_pipeline.adapters.envoy import resources
from pytest_pipeline.adapters.envoy.routes import routes
from pytest_pipeline.adapters.envoy.transition import widened
from pytest_pipeline.domain.routing import (
    Backend,
    BackendState,
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)


def backends(release: int) -> st.SearchStrategy[tuple[Backend, ...]]:
    def build(states: dict[int, BackendState]) -> tuple[Backend, ...]:
        return tuple(
            Backend(f"r{release}-{index}", "127.0.0.1", 8000 + 10 * release + index, state)
            for index, state in states.items()
        )

    return st.dictionaries(st.integers(0, 3), st.sampled_from(BackendState), max_size=4).map(build)


@st.composite
def tables(draw: st.DrawFn) -> RoutingTable:
    releases = draw(st.lists(st.integers(1, 4), max_size=4, unique=True))
    pools: list[tuple[str, tuple[Backend, ...]]] = [
        (f"r{release}", draw(backends(release))) for release in releases
    ]
    able = [name for name, behind in pools if any(b.state is BackendState.SERVING for b in behind)]
    weights = dict.fromkeys(able, 0)
    share = draw(st.none() | st.integers(0, 100))
    if able and share is not None:
        weights[able[0]] += share
        weights[able[-1]] += 100 - share
    pool_able = st.sampled_from(able) if able else st.nothing()
    testers = st.builds(HeaderRoute, st.just("x-tester"), st.sampled_from(("yes", "")), pool_able)
    sticky = st.builds(Stickiness, st.sampled_from(StickySource), st.just("user"))
    return RoutingTable(
        tuple(Pool(name, weights.get(name, 0), behind) for name, behind in pools),
        preview=draw(st.just("") | pool_able),
        testers=draw(st.none() | testers),
        sticky=draw(st.none() | sticky) if any(weights.values()) else None,
    )


def serving(pools: tuple[Pool, ...]) -> set[tuple[str, int]]:
    return {
        (pool.name, backend.port)
        for pool in pools
        for backend in pool.backends
        if backend.state is BackendState.SERVING
    }


def named(table: RoutingTable) -> set[str]:
    """Return the pools that the routes of a table lead to."""
    found: set[str] = set()
    for documents in routes(table).values():
        for each in documents[0]["virtual_hosts"][0]["routes"]:
            action = each.get("route", {})
            found |= {action["cluster"]} if "cluster" in action else set()
            shares = action.get("weighted_clusters", {}).get("clusters", ())
            found |= {share["name"] for share in shares}
    return found


@given(tables(), tables())
def test_in_between_everything_serves_that_serves_before_or_after(
    current: RoutingTable, wanted: RoutingTable
) -> None:
    between = widened(current.pools, wanted.pools)

    assert serving(between) == serving(current.pools) | serving(wanted.pools)


@given(tables(), tables())
def test_in_between_the_weights_are_those_before(
    current: RoutingTable, wanted: RoutingTable
) -> None:
    between = {p.name: p.weight_percent for p in widened(current.pools, wanted.pools)}

    assert {name: weight for name, weight in between.items() if weight} == {
        pool.name: pool.weight_percent for pool in current.pools if pool.weight_percent
    }


@given(tables())
def test_there_is_nothing_in_between_a_table_and_itself(table: RoutingTable) -> None:
    assert widened(table.pools, table.pools) == table.pools


@given(tables())
def test_the_table_is_read_back_from_the_documents(table: RoutingTable) -> None:
    documents = {
        resources.endpoints_file(pool.name): [resources.endpoints(pool)] for pool in table.pools
    }
    documents["cds.json"] = [resources.cluster(p.name, Path("/xds")) for p in table.pools]

    assert resources.read_table({**documents, **routes(table)}) == table


@given(tables(), tables())
def test_no_route_names_a_pool_that_is_not_announced(
    current: RoutingTable, wanted: RoutingTable
) -> None:
    between = {pool.name for pool in widened(current.pools, wanted.pools)}

    assert named(current) | named(wanted) <= between
    assert named(wanted) <= {pool.name for pool in wanted.pools}
