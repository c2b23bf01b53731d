"""Who answers which request beside the weights: previews, testers, sticky shares; real Envoy."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.routing import (
    HeaderRoute,
    Pool,
    RoutingTable,
    Stickiness,
    StickySource,
)
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

BY_HEADER = Stickiness(StickySource.HEADER, "x-user")
BY_COOKIE = Stickiness(StickySource.COOKIE, "user")
KEYS = tuple(f"customer-{number}" for number in range(1000))


@pytest.fixture
def router(tmp_path: Path) -> Iterator[EnvoyRouter]:
    clock = SystemClock()
    with GuardedProcesses(clock=clock) as processes:
        yield start_envoy(processes, clock, folder=tmp_path, keep=False)


@pytest.fixture
def stable() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r9-0") as instance:
        yield instance


@pytest.fixture
def candidate() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r10-0") as instance:
        yield instance


@pytest.fixture
def clients(router: EnvoyRouter) -> Iterator[HTTPConnection]:
    with closing(HTTPConnection(router.url.removeprefix("http://"), timeout=10)) as connection:
        yield connection


@pytest.fixture
def preview(router: EnvoyRouter) -> Iterator[HTTPConnection]:
    address = router.preview_url.removeprefix("http://")
    with closing(HTTPConnection(address, timeout=10)) as connection:
        yield connection


def get(connection: HTTPConnection, path: str = "/", **headers: str) -> tuple[int, str, str, str]:
    """Return status, release, details, body."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=given)
    answer = connection.getresponse()
    body = answer.read().decode()
    release = answer.getheader("x-pipeline-release", "")
    return answer.status, release, answer.getheader("x-pipeline-details", ""), body


def shared(
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
    *,
    candidate_percent: int,
    sticky: Stickiness | None = None,
) -> RoutingTable:
    pools = (
        Pool("r9", 100 - candidate_percent, (stable.backend(),)),
        Pool("r10", candidate_percent, (candidate.backend(),)),
    )
    return RoutingTable(pools, sticky=sticky)


def leading(
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
    *,
    preview: str = "",
    testers: HeaderRoute | None = None,
) -> RoutingTable:
    pools = shared(stable, candidate, candidate_percent=0).pools
    return RoutingTable(pools, preview=preview, testers=testers)


def test_where_nothing_is_previewed_the_router_answers_itself(
    router: EnvoyRouter,
    preview: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    router.apply(leading(stable, candidate))

    assert get(preview) == (503, "", "direct_response", "no release is previewed here\n")


@pytest.mark.parametrize("status", [200, 404, 503])
def test_a_previewed_release_is_named_in_its_answers(
    router: EnvoyRouter,
    preview: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
    status: int,
) -> None:
    router.apply(leading(stable, candidate, preview="r10"))

    assert get(preview, f"/status/{status}") == (status, "r10", "via_upstream", "r10-0")


def test_the_first_release_can_be_previewed_before_anybody_serves(
    router: EnvoyRouter,
    preview: HTTPConnection,
    clients: HTTPConnection,
    candidate: LoopbackInstance,
) -> None:
    router.apply(RoutingTable((Pool("r10", 0, (candidate.backend(),)),), preview="r10"))

    assert get(preview)[:2] == (200, "r10")
    assert get(clients)[:2] == (503, "")


def test_no_client_reaches_what_is_only_previewed(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    router.apply(leading(stable, candidate, preview="r10"))

    seen = {get(clients)[1] for _ in range(200)}

    assert seen == {"r9"}
    assert candidate.requests == 0


def test_a_preview_moves_on_with_the_next_request(
    router: EnvoyRouter,
    preview: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    router.apply(leading(stable, candidate, preview="r9"))
    before = get(preview)[1]

    router.apply(leading(stable, candidate, preview="r10"))

    assert (before, get(preview)[1]) == ("r9", "r10")


def test_testers_see_the_candidate_and_nobody_else_does(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    router.apply(leading(stable, candidate, testers=HeaderRoute("X-Tester", "yes", "r10")))

    assert {get(clients, x_tester="yes")[1] for _ in range(50)} == {"r10"}
    assert {get(clients, x_tester="no")[1] for _ in range(50)} == {"r9"}
    assert {get(clients)[1] for _ in range(50)} == {"r9"}


def members(
    clients: HTTPConnection, sticky: Stickiness, keys: tuple[str, ...] = KEYS
) -> frozenset[str]:
    """Return the keys whose requests the candidate answers."""
    cookie = sticky.source is StickySource.COOKIE
    return frozenset(
        key
        for key in keys
        if get(clients, **({"cookie": f"user={key}"} if cookie else {"x_user": key}))[1] == "r10"
    )


@pytest.mark.parametrize("sticky", [BY_HEADER, BY_COOKIE], ids=["header", "cookie"])
def test_who_got_the_candidate_keeps_it_while_its_share_grows(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
    sticky: Stickiness,
) -> None:
    seen = []
    for percent in (10, 25, 50, 100):
        router.apply(shared(stable, candidate, candidate_percent=percent, sticky=sticky))
        seen.append(members(clients, sticky))

    assert seen[0] < seen[1] < seen[2] < seen[3] == frozenset(KEYS)
    # Six standard deviations of a binomial count.
    for percent, found in zip((10, 25, 50), seen, strict=False):
        share = percent / 100
        assert abs(len(found) - 1000 * share) < 6 * (1000 * share * (1 - share)) ** 0.5


def test_who_lost_the_candidate_first_is_the_last_to_get_it_back(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    seen = []
    for percent in (50, 10, 50):
        router.apply(shared(stable, candidate, candidate_percent=percent, sticky=BY_HEADER))
        seen.append(members(clients, BY_HEADER, KEYS[:300]))

    assert seen[1] < seen[0]
    assert seen[0] == seen[2]


def test_the_order_of_the_pools_in_a_table_says_nothing(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    table = shared(stable, candidate, candidate_percent=30, sticky=BY_HEADER)
    router.apply(table)
    before = members(clients, BY_HEADER, KEYS[:300])

    router.apply(RoutingTable(tuple(reversed(table.pools)), sticky=BY_HEADER))

    assert members(clients, BY_HEADER, KEYS[:300]) == before


@pytest.mark.parametrize("sticky", [BY_HEADER, BY_COOKIE], ids=["header", "cookie"])
def test_a_request_without_the_value_is_drawn_by_weight(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
    sticky: Stickiness,
) -> None:
    router.apply(shared(stable, candidate, candidate_percent=25, sticky=sticky))

    answers = [get(clients, cookie="other=1")[1] for _ in range(1000)]

    assert abs(answers.count("r10") - 250) < 6 * (1000 * 0.25 * 0.75) ** 0.5


def test_the_router_gives_nobody_a_cookie(
    router: EnvoyRouter,
    clients: HTTPConnection,
    stable: LoopbackInstance,
    candidate: LoopbackInstance,
) -> None:
    router.apply(shared(stable, candidate, candidate_percent=25, sticky=BY_COOKIE))

    clients.request("GET", "/")
    answer = clients.getresponse()
    answer.read()

    assert answer.getheader("set-cookie") is None
