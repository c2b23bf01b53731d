"""A folder of kept environments, and processes that run or have ended."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import psutil
import pytest

from pytest_pipeline.adapters.supervisor import nameplate
from pytest_pipeline.adapters.supervisor.loop import Supervision
from pytest_pipeline.adapters.system_clock import SystemClock

Process = dict[str, Any]

#: Leaves a line in the file, says what it did and ends as it is told.
MEND = """
import sys
with open(sys.argv[1], "a") as file:
    file.write("mended\\n")
print(sys.argv[2])
sys.exit(int(sys.argv[3]))
"""


@dataclass
class Home:
    """The environment that is looked after, and what mending it comes to."""

    folder: Path
    now_s: float = 0.0
    plates: list[IO[str]] = field(default_factory=list)

    @property
    def record(self) -> Path:
        return self.folder / "staging.json"

    @property
    def log_of_mending(self) -> Path:
        return self.folder / "mended"

    @property
    def times_mended(self) -> int:
        log = self.log_of_mending
        return len(log.read_text().splitlines()) if log.exists() else 0

    @property
    def said(self) -> dict[str, Any]:
        return dict(json.loads(nameplate.path_of(self.folder, "staging").read_text()))

    def keep(self, router: Process, *instances: Process, deployment: str = "") -> None:
        named = [{"id": f"r1-{number}", **each} for number, each in enumerate(instances)]
        kept = {"router": {"process": router}, "instances": named, "deployment": deployment}
        self.record.write_text(json.dumps(kept))

    def supervision(
        self, says: str = "done", exit_code: int = 0, unmended: tuple[str, ...] = ()
    ) -> Supervision:
        plate = nameplate.claim(nameplate.path_of(self.folder, "staging"))
        assert plate is not None
        self.plates.append(plate)
        mend = [sys.executable, "-c", MEND, str(self.log_of_mending), says, str(exit_code)]
        return Supervision(
            self.folder, "staging", mend, plate, now=lambda: self.now_s, unmended=unmended
        )


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = Home(tmp_path)
    yield made
    for each in made.plates:
        each.close()


@pytest.fixture
def alive() -> Iterator[Process]:
    """The record of a process that runs."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield {"pid": process.pid, "created": psutil.Process(process.pid).create_time()}
        process.kill()


@pytest.fixture
def dead() -> Process:
    """The record of a process that ran."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        created = psutil.Process(process.pid).create_time()
        process.kill()
    return {"pid": process.pid, "created": created}


@pytest.fixture
def becomes_true() -> Callable[[Callable[[], object]], bool]:
    """Return what waits until a condition holds, and says whether it did in 20 s."""
    clock = SystemClock()

    def wait(condition: Callable[[], object]) -> bool:
        deadline = clock.now() + 20
        while not condition():
            if clock.now() > deadline:
                return False
            clock.sleep(0.02)
        return True

    return wait
