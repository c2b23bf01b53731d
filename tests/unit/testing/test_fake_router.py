import pytest

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.routing import (
    Backend,
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
from pytest_pipeline.errors import RouterError
from pytest_pipeline.testing.fake_router import FakeRouter

KEYS = tuple(f"customer-{number}" for number in range(1000))
BY_COOKIE = Stickiness(StickySource.COOKIE, "user")


def pool(name: str, weight_percent: int) -> Pool:
    return Pool(name, weight_percent, (Backend(f"{name}-0", "127.0.0.1", 8000),))


def shared(candidate_percent: int, *, sticky: Stickiness | None = None) -> RoutingTable:
    pools = (pool("r9", 100 - candidate_percent), pool("r10", candidate_percent))
    return RoutingTable(pools, sticky=sticky)


def test_every_change_is_remembered_once() -> None:
    router = FakeRouter()

    for percent in (0, 10, 10, 0):
        router.apply(shared(percent))

    assert router.applied == [shared(0), shared(10), shared(0)]


def test_without_history_only_the_table_in_force_is_remembered() -> None:
    router = FakeRouter(history=False)

    router.apply(shared(0))
    router.apply(shared(10))

    assert router.table == shared(10)
    assert router.applied == []


def test_without_history_a_pool_that_left_is_forgotten_all_the_same() -> None:
    router = FakeRouter(history=False)
    router.apply(shared(10))
    for name in ("r9", "r10"):
        router.set_statistics(name, PoolStatistics(requests=1))

    router.apply(RoutingTable((pool("r10", 100),)))

    assert router.statistics("r9") == PoolStatistics()
    assert router.statistics("r10") == PoolStatistics(requests=1)


def test_draws_follow_the_weights() -> None:
    router = FakeRouter()
    router.apply(shared(25))

    drawn = [router.choose(draw=draw) for draw in range(100)]

    assert drawn.count("r10") == 25
    assert drawn.count("r9") == 75


def test_who_got_the_candidate_keeps_it_while_its_share_grows() -> None:
    router = FakeRouter()
    seen = []
    for percent in (10, 25, 50, 100):
        router.apply(shared(percent, sticky=BY_COOKIE))
        seen.append({key for key in KEYS if router.choose({"cookie": f"user={key}"}) == "r10"})

    assert seen[0] < seen[1] < seen[2] < seen[3] == set(KEYS)
    assert 60 < len(seen[0]) < 140


@pytest.mark.parametrize("headers", [{}, {"cookie": "other=1"}, {"cookie": "user"}])
def test_a_request_without_the_value_is_drawn(headers: dict[str, str]) -> None:
    router = FakeRouter()
    router.apply(shared(50, sticky=BY_COOKIE))

    assert {router.choose(headers, draw=draw) for draw in (0, 99)} == {"r9", "r10"}


def test_testers_come_before_what_sticks() -> None:
    router = FakeRouter()
    testers = HeaderRoute("X-Tester", "yes", "r10")
    router.apply(RoutingTable(shared(0).pools, testers=testers, sticky=BY_COOKIE))

    assert router.choose({"x-tester": "yes", "cookie": "user=1"}) == "r10"


def test_a_dead_router_answers_nobody() -> None:
    router = FakeRouter()
    router.kill()

    with pytest.raises(RouterError, match="died"):
        router.choose()
    with pytest.raises(RouterError, match="died"):
        router.choose_preview()
