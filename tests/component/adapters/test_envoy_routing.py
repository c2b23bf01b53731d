import socket
import threading
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.starting import start_envoy
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.errors import RouterError
from pytest_pipeline.testing.loopback_instance import LoopbackInstance

UPGRADE = b"connection: upgrade\r\nupgrade: websocket\r\n"


@pytest.fixture
def router(tmp_path: Path) -> Iterator[EnvoyRouter]:
    clock = SystemClock()
    with GuardedProcesses(clock=clock) as processes:
        yield start_envoy(processes, clock, folder=tmp_path, keep=False)


@pytest.fixture
def stable() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r1-0") as instance:
        yield instance


@pytest.fixture
def candidate() -> Iterator[LoopbackInstance]:
    with LoopbackInstance("r2-0") as instance:
        yield instance


class Client:
    """A client with one keep-alive connection."""

    def __init__(self, router: EnvoyRouter) -> None:
        self._connection = HTTPConnection(router.url.removeprefix("http://"), timeout=10)

    def get(self, path: str = "/") -> tuple[int, str, str, str]:
        """Return status, release, details, body."""
        self._connection.request("GET", path)
        answer = self._connection.getresponse()
        body = answer.read().decode()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        # `getheader` joins fields of one name, so that a second one shows.
        release = answer.getheader("x-pipeline-release", "")
        return answer.status, release, answer.getheader("x-pipeline-details", ""), body

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def client(router: EnvoyRouter) -> Iterator[Client]:
    client = Client(router)
    yield client
    client.close()


def only(instance: LoopbackInstance) -> RoutingTable:
    name = instance.id.split("-")[0]
    return RoutingTable((Pool(name, 100, (instance.backend(),)),))


def shared(
    stable: LoopbackInstance, candidate: LoopbackInstance, *, candidate_percent: int
) -> RoutingTable:
    return RoutingTable(
        (
            Pool("r1", 100 - candidate_percent, (stable.backend(),)),
            Pool("r2", candidate_percent, (candidate.backend(),)),
        )
    )


def test_a_router_without_a_table_answers_itself(client: Client) -> None:
    status, release, details, _ = client.get()

    assert (status, release, details) == (503, "", "direct_response")


@pytest.mark.parametrize("status", [200, 404, 500, 503])
def test_an_answer_of_an_instance_names_its_release(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance, status: int
) -> None:
    router.apply(only(stable))

    assert client.get(f"/status/{status}") == (status, "r1", "via_upstream", "r1-0")


def test_an_instance_cannot_speak_for_the_router(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance
) -> None:
    router.apply(only(stable))

    assert client.get("/forged") == (200, "r1", "via_upstream", "r1-0")


def test_a_reset_by_an_instance_is_told_from_its_answer(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance
) -> None:
    router.apply(only(stable))

    status, _, details, _ = client.get("/reset")

    assert status == 503
    assert details.startswith("upstream_reset_before_response_started")


def test_an_instance_that_refuses_is_told_from_its_answer(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance
) -> None:
    router.apply(only(stable))
    stable.close()

    status, _, details, _ = client.get()

    assert status == 503
    assert "upstream_reset" in details


def test_a_request_that_is_not_http_is_answered_with_the_routers_mark(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance
) -> None:
    router.apply(only(stable))

    status, _, details, _ = client.get("no-slash")

    assert (status, details) == (400, "http1.codec_error")


def test_the_router_adds_nothing_else_to_an_answer(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance
) -> None:
    router.apply(only(stable))

    client.get()

    added = set(client.headers) - {"server", "date", "content-length"}
    assert added == {"x-pipeline-release", "x-pipeline-details"}


def test_shares_follow_the_weights(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance, candidate: LoopbackInstance
) -> None:
    router.apply(shared(stable, candidate, candidate_percent=25))

    seen = Counter(client.get()[1] for _ in range(1000))

    # Six standard deviations of a binomial count: wrong once in 500 million runs.
    assert abs(seen["r2"] - 250) < 6 * (1000 * 0.25 * 0.75) ** 0.5
    assert seen["r1"] + seen["r2"] == 1000


def test_a_pool_without_weight_gets_nothing(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance, candidate: LoopbackInstance
) -> None:
    router.apply(shared(stable, candidate, candidate_percent=0))

    seen = {client.get()[1] for _ in range(50)}

    assert seen == {"r1"}
    assert candidate.requests == 0


def test_the_next_request_after_a_shift_goes_to_the_candidate(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance, candidate: LoopbackInstance
) -> None:
    router.apply(only(stable))
    client.get()

    router.apply(only(candidate))

    assert [client.get()[1] for _ in range(20)] == ["r2"] * 20


def test_a_draining_backend_gets_no_new_request(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance, candidate: LoopbackInstance
) -> None:
    gone = Backend("r1-9", "127.0.0.1", 9, BackendState.DRAINING)
    backends = (stable.backend(draining=True), gone, candidate.backend())
    router.apply(RoutingTable((Pool("r1", 100, backends),)))

    answers = [client.get()[0] for _ in range(20)]

    assert answers == [200] * 20
    assert (stable.requests, candidate.requests) == (0, 20)


@pytest.mark.parametrize("leaving", ["drained", "removed"])
def test_a_backend_that_leaves_finishes_what_is_in_flight(
    router: EnvoyRouter, stable: LoopbackInstance, candidate: LoopbackInstance, leaving: str
) -> None:
    router.apply(only(stable))
    answers: list[tuple[int, str, str, str]] = []
    slow = Client(router)
    waiting = threading.Thread(target=lambda: answers.append(slow.get("/hold")), daemon=True)
    waiting.start()
    stable.await_held(1)

    drained = (Pool("r1", 0, (stable.backend(draining=True),)),) if leaving == "drained" else ()
    router.apply(RoutingTable((*only(candidate).pools, *drained)))
    stable.release()
    waiting.join(10)
    slow.close()

    assert answers == [(200, "r1", "via_upstream", "r1-0")]


def test_a_connection_can_be_upgraded_to_a_websocket(router: EnvoyRouter) -> None:
    def echo() -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(4096)
            connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\n" + UPGRADE + b"\r\n")
            connection.sendall(connection.recv(4096))

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=echo, daemon=True).start()
        backend = Backend("r1-0", "127.0.0.1", server.getsockname()[1])
        router.apply(RoutingTable((Pool("r1", 100, (backend,)),)))
        address = ("127.0.0.1", int(router.url.rsplit(":", 1)[1]))
        with socket.create_connection(address, timeout=10) as client:
            client.sendall(b"GET / HTTP/1.1\r\nhost: here\r\n" + UPGRADE + b"\r\n")
            head = client.recv(4096)
            client.sendall(b"hello")
            echoed = client.recv(4096)

    assert head.startswith(b"HTTP/1.1 101")
    assert echoed == b"hello"


def test_the_same_table_again_changes_no_file(
    router: EnvoyRouter, stable: LoopbackInstance, tmp_path: Path
) -> None:
    router.apply(only(stable))
    before = {path: path.stat().st_ino for path in (tmp_path / "xds").iterdir()}

    router.apply(only(stable))

    assert {path: path.stat().st_ino for path in (tmp_path / "xds").iterdir()} == before


def test_a_refused_table_gives_the_routers_reason_and_leaves_traffic_alone(
    router: EnvoyRouter, client: Client, stable: LoopbackInstance, candidate: LoopbackInstance
) -> None:
    router.apply(only(stable))
    unknown = Backend("r2-0", "no-address", 80)

    with pytest.raises(RouterError, match="malformed IP address: no-address"):
        router.apply(RoutingTable((Pool("r1", 0, ()), Pool("r2", 100, (unknown,)))))

    assert client.get()[1] == "r1"
    assert router.table == only(stable)
    router.apply(only(candidate))
    assert client.get()[1] == "r2"


def test_the_log_of_a_dead_router_comes_with_the_error(
    router: EnvoyRouter, stable: LoopbackInstance
) -> None:
    with pytest.raises(RouterError):
        router.apply(RoutingTable((Pool("r1", 100, (Backend("r1-0", "no-address", 80),)),)))
    router.stop()

    with pytest.raises(RouterError, match="died") as caught:
        router.apply(only(stable))

    assert "no-address" in caught.value.output
