"""Containers that must not outlive their owner."""

from __future__ import annotations

import gc
import http.server
import signal
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.processes.containers import engine_listens, remove_containers
from pytest_pipeline.adapters.system_clock import SystemClock

CLOCK = SystemClock()
docker = pytest.importorskip("docker", reason="the extra 'containers' is not installed")


class Engine(socketserver.ThreadingUnixStreamServer):
    """Answers like a Docker engine that knows one container."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        self.removed: list[str] = []
        super().__init__(path, Answer)


class Answer(http.server.BaseHTTPRequestHandler):
    server: Engine

    def do_GET(self) -> None:
        self.answer(200, b'{"ApiVersion": "1.44", "Version": "0"}')

    def do_DELETE(self) -> None:
        if "/containers/known" not in self.path:
            self.answer(404, b'{"message": "no such container"}')
            return
        self.server.removed.append(self.path.split("/containers/")[1])
        self.answer(204, b"")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Say nothing."""

    def address_string(self) -> str:
        return "client"


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    path = str(tmp_path / "engine.sock")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    with Engine(path) as server:
        worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        worker.start()
        yield server
        server.shutdown()
        worker.join(5)


def test_a_container_is_removed_by_force_with_its_volumes(engine: Engine) -> None:
    gone = remove_containers(["known"], timeout_s=10)

    assert gone == ("known",)
    assert engine.removed == ["known?v=True&link=False&force=True"]


def test_a_container_that_is_gone_already_counts_as_gone(engine: Engine) -> None:
    gone = remove_containers(["unknown"], timeout_s=10)

    assert gone == ("unknown",)
    assert engine.removed == []


def test_without_an_engine_nothing_is_removed_and_no_time_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nothing")

    began_s = CLOCK.now()
    gone = remove_containers(["known"], timeout_s=5)
    took_s = CLOCK.now() - began_s
    gc.collect()

    assert gone == ()
    assert took_s < 5


def test_closing_removes_guarded_containers_but_not_forgotten_ones(engine: Engine) -> None:
    with GuardedProcesses(clock=CLOCK) as processes:
        processes.guard_container("known")
        processes.guard_container("known-and-forgotten")
        processes.forget_container("known-and-forgotten")

    assert [path.split("?")[0] for path in engine.removed] == ["known"]


OWNER = """
import signal, sys
from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.adapters.system_clock import SystemClock
processes = GuardedProcesses(clock=SystemClock())
processes.guard_container(sys.argv[1])
print("guarded", flush=True)
signal.pause()
"""


def kill_an_owner_of(container: str) -> None:
    owner = subprocess.Popen([sys.executable, "-c", OWNER, container], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    owner.stdout.readline()
    owner.send_signal(signal.SIGKILL)
    owner.communicate(timeout=5)


def test_the_guardian_of_a_killed_owner_removes_its_containers(engine: Engine) -> None:
    kill_an_owner_of("known")
    deadline = CLOCK.now() + 5
    while not engine.removed and CLOCK.now() < deadline:
        CLOCK.sleep(0.02)

    assert [path.split("?")[0] for path in engine.removed] == ["known"]


@pytest.mark.docker
def test_a_real_container_is_gone_within_five_seconds_of_its_owner() -> None:
    if not engine_listens():
        pytest.skip("needs a Docker engine: none answers")
    client = docker.from_env(timeout=5)
    images = client.images.list()
    if not images:
        pytest.skip("the Docker engine has no image")
    image = next(iter(images[0].tags), images[0].id)
    container = client.containers.run(image, ["sleep", "300"], entrypoint=[], detach=True)
    ours = container.id

    try:
        kill_an_owner_of(ours)
        deadline = CLOCK.now() + 5
        while is_there(client, ours) and CLOCK.now() < deadline:
            CLOCK.sleep(0.05)

        assert not is_there(client, ours)
    finally:
        remove_containers([ours], timeout_s=10)
        client.close()


def is_there(client: docker.DockerClient, container: str) -> bool:
    return any(one.id == container for one in client.containers.list(all=True, sparse=True))
