"""Other tools, in a throw-away virtual environment, in situations that they take for success."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_pipeline.adapters.uv_binary import find_uv
from pytest_pipeline.errors import MissingExtraError
from tests.e2e.drills.waiting import becomes_true

_PACKAGES = ("pytest", "pytest-rerunfailures", "pytest-xdist", "pytest-benchmark", "locust")
_WITHIN_S = 240

SKIPPED = 'import pytest\n\n@pytest.mark.skip(reason="no Docker")\ndef test_it(): assert 0\n'
FLAKY = """
import pathlib

def test_flaky():
    tried = pathlib.Path(__file__).with_name("tried")
    known = tried.exists()
    tried.touch()
    assert known
"""
SLOWER = """
import os, threading

def test_speed(benchmark):
    wait_s = float(os.environ["TAKES_S"])
    benchmark.pedantic(lambda: threading.Event().wait(wait_s), rounds=5)
"""
#: Users that never ask for anything, and users that do.
IDLE = "from locust import User, constant, task\n\nclass Idle(User):\n"
IDLE += "    wait_time = constant(0.2)\n\n    @task\n    def rest(self): pass\n"
BUSY = "from locust import HttpUser, constant, task\n\nclass Busy(HttpUser):\n"
BUSY += '    wait_time = constant(0.1)\n\n    @task\n    def ask(self): self.client.get("/")\n'


@dataclass(frozen=True)
class Peers:
    """Where other tools are.

    Attributes:
        folder: Of their projects.
        scripts: Of their commands.
    """

    folder: Path
    scripts: Path

    def pytest(self, name: str, body: str, *arguments: str, **variables: str) -> int:
        """Run pytest with the neighbours on one module and return its exit code."""
        project = self.folder / name
        project.mkdir(exist_ok=True)
        (project / "pytest.ini").write_text("[pytest]\n")
        (project / "test_it.py").write_text(body)
        command = [str(self.scripts / "pytest"), "-q", *arguments]
        environ = _variables() | variables
        return subprocess.run(
            command, cwd=project, env=environ, check=False, timeout=_WITHIN_S, capture_output=True
        ).returncode

    def locust(self, body: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start Locust without its page; its output goes to a file."""
        (self.folder / "locustfile.py").write_text(body)
        command = [str(self.scripts / "locust"), "-f", "locustfile.py", *arguments]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=_variables(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def locust_without_requests(self) -> int:
        """Run users that ask for nothing and return the exit code."""
        options = ("--headless", "-u", "2", "-r", "2", "-t", "2s", "--host", "http://127.0.0.1:9")
        return self.locust(IDLE, *options).wait(_WITHIN_S)

    def locust_with_a_killed_worker(self) -> int:
        """Kill one of two workers under way, and return the exit code of the master."""
        port = str(_free_port())
        master = self.locust(
            IDLE,
            *("--master", "--headless", "--expect-workers", "2", "-u", "4", "-r", "4", "-t", "8s"),
            *("--master-bind-port", port, "--csv", "seen", "--host", "http://127.0.0.1:9"),
        )
        workers = [self.locust(IDLE, "--worker", "--master-port", port) for _ in range(2)]
        try:
            becomes_true(self._has_begun, within_s=60)
            workers[0].send_signal(signal.SIGKILL)
            return master.wait(_WITHIN_S)
        finally:
            for each in (*workers, master):
                each.kill()
                each.wait()

    def _has_begun(self) -> bool:
        seen = self.folder / "seen_stats_history.csv"
        return seen.exists() and any(
            line.split(",")[1] == "4" for line in seen.read_text().splitlines()[1:]
        )


def install_peers(folder: Path) -> Peers:
    """Install them, the newest there are."""
    try:
        uv = str(find_uv())
    except MissingExtraError:
        uv = shutil.which("uv") or pytest.fail("uv is needed: install the extra `deploy`")
    place = folder / "peers"
    for command in (
        [uv, "venv", "-q", str(place)],
        [uv, "pip", "install", "-q", "-p", str(place), *_PACKAGES],
    ):
        subprocess.run(command, check=True, timeout=_WITHIN_S)
    return Peers(folder, place / "bin")


def _variables() -> dict[str, str]:
    kept = ("PATH", "HOME", "TMPDIR", "LANG")
    return {name: value for name, value in os.environ.items() if name in kept}


def _free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])
