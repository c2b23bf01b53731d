"""A real PostgreSQL in a container: published on the loopback alone, gone when it is stopped."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pytest_pipeline.adapters.postgres import ChosenPostgres, ContainerPostgres
from pytest_pipeline.adapters.postgres.container import LABEL
from pytest_pipeline.adapters.postgres.container_server import ContainerServer
from pytest_pipeline.adapters.postgres.docker_engine import connect_engine
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.resources import PostgresSpec, Provider
from pytest_pipeline.errors import PipelineError, ResourceError, ResourceUnavailableError

if TYPE_CHECKING:
    from docker import DockerClient

psycopg = pytest.importorskip("psycopg")
pytest.importorskip("psutil")

pytestmark = pytest.mark.docker

CLOCK = SystemClock()
#: Any image of PostgreSQL that is here already will do.
SPEC = PostgresSpec("database", Provider.CONTAINER)


@pytest.fixture(scope="module")
def engine() -> Iterator[DockerClient]:
    try:
        client = connect_engine()
    except PipelineError as error:
        pytest.skip(f"needs a Docker engine: {error}")
    yield client
    client.close()


@pytest.fixture(scope="module")
def spec(engine: DockerClient) -> PostgresSpec:
    tags = sorted(tag for image in engine.images.list("postgres") for tag in image.tags)
    if not tags:
        pytest.skip("needs an image of PostgreSQL: docker pull postgres:18")
    return replace(SPEC, image=tags[0])


@pytest.fixture
def processes() -> Iterator[GuardedProcesses]:
    with GuardedProcesses(clock=CLOCK) as processes:
        yield processes


@pytest.fixture
def server(
    processes: GuardedProcesses, spec: PostgresSpec, tmp_path: Path
) -> Iterator[ContainerServer]:
    provider = ContainerPostgres(processes, CLOCK, owner="a-token")
    server = provider.provide(spec, folder=tmp_path, keep=False)
    yield server
    server.stop()


def _exists(engine: DockerClient, name: str) -> bool:
    return bool(engine.api.containers(all=True, filters={"name": name}))


def test_a_created_database_is_reached_by_its_url(
    server: ContainerServer, spec: PostgresSpec
) -> None:
    url = server.create_database("orders")

    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_database(), version()").fetchone()
    assert row is not None
    assert row[0] == "orders"
    number, _, image = server.version.partition(" ")
    assert f"PostgreSQL {number}" in row[1]
    assert image.startswith(f"({spec.image} sha256:")
    assert re.fullmatch("sha256:[0-9a-f]{64}", server.image)
    assert server.image.startswith(image.rpartition(" ")[2].removesuffix(")"))
    assert server.provider == "container"
    assert server.is_running()


def test_it_is_labelled_and_published_on_the_loopback_alone(
    server: ContainerServer, engine: DockerClient
) -> None:
    container = engine.containers.get(server.state().container)

    assert container.labels[LABEL] == "a-token"
    published = container.attrs["NetworkSettings"]["Ports"]["5432/tcp"]
    assert [each["HostIp"] for each in published] == ["127.0.0.1"]


def test_its_password_is_in_one_private_file_only(server: ContainerServer) -> None:
    secret = Path(server.state().secret)
    password = secret.read_text()

    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert password not in json.dumps(server.state().to_json())


def test_stopping_removes_container_volume_and_password(
    processes: GuardedProcesses, spec: PostgresSpec, engine: DockerClient, tmp_path: Path
) -> None:
    server = ContainerPostgres(processes, CLOCK).provide(spec, folder=tmp_path, keep=False)
    volumes_before = {each.id for each in engine.volumes.list()}
    client = psycopg.connect(server.create_database("orders"))
    server.stop()
    server.stop()
    client.close()

    assert not server.is_running()
    assert not _exists(engine, server.state().container)
    assert {each.id for each in engine.volumes.list()} <= volumes_before
    assert list(tmp_path.iterdir()) == []


def test_a_killed_container_is_noticed(server: ContainerServer, engine: DockerClient) -> None:
    engine.containers.get(server.state().container).kill()

    assert not server.is_running()
    with pytest.raises(ResourceError):
        server.create_database("orders")


def test_auto_takes_it_where_the_image_can_be_had(
    processes: GuardedProcesses, spec: PostgresSpec, tmp_path: Path
) -> None:
    provider = ChosenPostgres(processes, CLOCK)
    server = provider.provide(replace(spec, provider=Provider.AUTO), folder=tmp_path, keep=False)
    server.stop()

    assert server.provider == "container"
    assert server.note == ""


def test_an_image_that_cannot_be_had_is_refused_by_name(
    processes: GuardedProcesses, spec: PostgresSpec, tmp_path: Path
) -> None:
    absent = replace(spec, image="localhost:1/no/such/image:1")

    with pytest.raises(ResourceUnavailableError, match="no/such/image:1 is not here"):
        ContainerPostgres(processes, CLOCK).provide(absent, folder=tmp_path, keep=False)


def test_a_container_that_ends_at_once_says_why_and_is_removed(
    processes: GuardedProcesses, engine: DockerClient, tmp_path: Path
) -> None:
    others = [tag for image in engine.images.list() for tag in image.tags if "python" in tag]
    if not others:
        pytest.skip("needs an image that is no PostgreSQL")
    spec = replace(SPEC, image=others[0], start_timeout_s=20)

    with pytest.raises(ResourceError, match="did not start"):
        ContainerPostgres(processes, CLOCK, owner="broken").provide(
            spec, folder=tmp_path, keep=False
        )
    assert engine.api.containers(all=True, filters={"label": f"{LABEL}=broken"}) == []


def test_a_kept_server_outlives_its_owner_and_is_stopped_from_its_record(
    spec: PostgresSpec, engine: DockerClient, tmp_path: Path
) -> None:
    with GuardedProcesses(clock=CLOCK) as first:
        owner = ChosenPostgres(first, CLOCK)
        server = owner.provide(spec, folder=tmp_path, keep=True)
        record = json.dumps(owner.record(server))
        first.hand_over()
    with GuardedProcesses(clock=CLOCK) as second:
        found = ChosenPostgres(second, CLOCK).attach(json.loads(record))
        survived = found.is_running()
        found.create_database("customers")
        found.stop()

    assert survived
    assert not _exists(engine, json.loads(record)["container"])


OWNER = """
import os, pathlib, sys, signal
from pytest_pipeline.adapters.postgres import ContainerPostgres
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.resources import PostgresSpec
clock = SystemClock()
provider = ContainerPostgres(GuardedProcesses(clock=clock), clock)
spec = PostgresSpec("db", image=sys.argv[2])
server = provider.provide(spec, folder=pathlib.Path(sys.argv[1]), keep=False)
print(server.state().container, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_container_is_gone_five_seconds_after_its_owner_was_killed(
    spec: PostgresSpec, engine: DockerClient, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OWNER, str(tmp_path), spec.image],
        stdout=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    name = done.stdout.decode().strip()
    deadline = CLOCK.now() + 5
    while CLOCK.now() < deadline and _exists(engine, name):
        CLOCK.sleep(0.05)

    assert name.startswith("pytest-pipeline-postgres-")
    assert done.returncode == -signal.SIGKILL
    assert not _exists(engine, name)


def test_the_tests_own_use_of_testcontainers_keeps_its_settings(server: ContainerServer) -> None:
    from testcontainers.core.config import testcontainers_config  # noqa: PLC0415

    del server
    asked = os.environ.get("TESTCONTAINERS_RYUK_DISABLED", "false").lower() == "true"

    assert testcontainers_config.ryuk_disabled is asked
    assert "TESTCONTAINERS_RYUK_DISABLED" not in os.environ or asked
