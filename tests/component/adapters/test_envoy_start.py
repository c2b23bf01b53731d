import json
import os
import signal
import socket
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest

from pytest_pipeline.adapters.envoy.binary import check_version, find_envoy
from pytest_pipeline.adapters.envoy.routers import EnvoyRouters
from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.errors import MissingExtraError, RouterError
from pytest_pipeline.testing.fake_router import FakeRouter

TABLE = RoutingTable(
    (
        Pool("r1", 90, (Backend("r1-0", "127.0.0.1", 8001),)),
        Pool("r2", 10, (Backend("r2-0", "127.0.0.1", 8002),)),
        Pool("r3", 0, (Backend("r3-0", "127.0.0.1", 8003, BackendState.DRAINING),)),
    )
)


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=SystemClock()) as processes:
        yield processes


@pytest.fixture
def routers(processes: GuardedProcesses) -> EnvoyRouters:
    return EnvoyRouters(processes, SystemClock())


def port_of(url: str) -> int:
    return int(url.rsplit(":", 1)[1])


def test_it_listens_on_the_loopback_interface_only(routers: EnvoyRouters, tmp_path: Path) -> None:
    router = routers.start(tmp_path, keep=False)

    assert router.url.startswith("http://127.0.0.1:")
    assert router.preview_url.startswith("http://127.0.0.1:")
    assert router.state().admin.startswith("127.0.0.1:")


def test_it_makes_its_folder(routers: EnvoyRouters, tmp_path: Path) -> None:
    router = routers.start(tmp_path / "deep" / "down", keep=False)

    assert router.is_running()


def test_a_later_command_finds_the_router_and_its_table(
    routers: EnvoyRouters, tmp_path: Path
) -> None:
    router = routers.start(tmp_path, keep=False)
    router.apply(TABLE)
    written = json.dumps(routers.record(router))

    found = routers.attach(json.loads(written))
    found.apply(RoutingTable(TABLE.pools[:2]))

    assert found.is_running()
    assert (found.url, found.preview_url) == (router.url, router.preview_url)
    assert found.table == RoutingTable(TABLE.pools[:2])


def test_the_table_survives_the_router(routers: EnvoyRouters, tmp_path: Path) -> None:
    router = routers.start(tmp_path, keep=False)
    router.apply(TABLE)
    router.stop()

    found = routers.attach(routers.record(router))

    assert not found.is_running()
    assert found.table == TABLE


def test_an_update_that_was_cut_off_halfway_does_not_stop_the_next(
    routers: EnvoyRouters, tmp_path: Path
) -> None:
    router = routers.start(tmp_path, keep=False)
    router.apply(TABLE)
    # What is left when the process is killed between endpoints and their cluster.
    left = tmp_path / "xds" / "eds-r9.json"
    left.write_text(json.dumps({"version_info": "99", "resources": []}), encoding="utf-8")

    found = routers.attach(routers.record(router))
    found.apply(RoutingTable(TABLE.pools[:2]))

    assert found.table == RoutingTable(TABLE.pools[:2])
    assert not left.exists()


def test_a_dead_router_is_replaced_at_its_addresses(routers: EnvoyRouters, tmp_path: Path) -> None:
    router = routers.start(tmp_path, keep=False)
    router.apply(TABLE)
    os.kill(router.state().process.pid, signal.SIGKILL)
    router.stop()

    again = routers.start(
        tmp_path,
        keep=False,
        port=port_of(router.url),
        preview_port=port_of(router.preview_url),
    )

    assert (again.url, again.preview_url) == (router.url, router.preview_url)
    assert again.table == RoutingTable()


def test_damaged_documents_of_an_earlier_router_do_not_stop_a_new_one(
    routers: EnvoyRouters, tmp_path: Path
) -> None:
    (tmp_path / "xds").mkdir()
    (tmp_path / "xds" / "cds.json").write_text("{", encoding="utf-8")

    assert routers.start(tmp_path, keep=False).is_running()


@pytest.mark.parametrize("name", ["port", "preview_port"])
def test_a_taken_port_is_named(routers: EnvoyRouters, tmp_path: Path, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])

        with pytest.raises(RouterError, match=f"127.0.0.1:{port}: the port is taken"):
            routers.start(tmp_path, keep=False, **{name: port})


def test_two_routers_do_not_share_a_port(routers: EnvoyRouters, tmp_path: Path) -> None:
    first = routers.start(tmp_path / "first", keep=False)

    with pytest.raises(RouterError, match="port is taken"):
        routers.start(tmp_path / "second", keep=False, port=port_of(first.url))

    assert first.is_running()


def test_a_router_that_cannot_start_shows_what_it_said(
    routers: EnvoyRouters, tmp_path: Path
) -> None:
    with pytest.raises(RouterError, match=r"envoy\.log") as caught:
        routers.start(tmp_path, keep=False, port=70000)

    assert "less than or equal to 65535" in caught.value.output


def test_a_folder_that_cannot_be_written_is_named(routers: EnvoyRouters, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RouterError, match="file/router cannot be written"):
        routers.start(tmp_path / "file" / "router", keep=False)


def test_a_damaged_record_is_refused(routers: EnvoyRouters) -> None:
    with pytest.raises(RouterError, match="pytest-pipeline down"):
        routers.attach({"folder": "somewhere"})


def test_only_its_own_routers_are_recorded(routers: EnvoyRouters) -> None:
    with pytest.raises(TypeError, match="FakeRouter"):
        routers.record(FakeRouter())


def test_damaged_documents_are_refused(routers: EnvoyRouters, tmp_path: Path) -> None:
    router = routers.start(tmp_path, keep=False)
    (tmp_path / "xds" / "cds.json").write_text("{", encoding="utf-8")

    with pytest.raises(RouterError, match=r"documents in .* cannot be read"):
        routers.attach(routers.record(router))


def test_a_missing_wheel_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)

    with pytest.raises(MissingExtraError, match=r"pytest-pipeline-gates\[deploy\]"):
        find_envoy()


@pytest.mark.parametrize("installed", ["1.36.3", "1.9.0", "0.50"])
def test_a_wheel_that_runs_docker_is_refused(installed: str) -> None:
    with pytest.raises(RouterError, match=f"got {installed}") as caught:
        check_version(installed)

    assert "Linux x86-64" in str(caught.value)


@pytest.mark.parametrize("installed", ["1.40.0", "1.41.2", "2.0.0"])
def test_a_wheel_that_brings_envoy_is_taken(installed: str) -> None:
    check_version(installed)
