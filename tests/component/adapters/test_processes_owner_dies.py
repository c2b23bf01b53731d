"""Whatever way an owner ends, only what was kept runs on."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from pytest_pipeline.adapters.processes import sweep_abandoned
from pytest_pipeline.adapters.system_clock import SystemClock

OWNER = Path(__file__).with_name("processes_owner.py")
#: What is left when an owner is dead, goes within this time.
WITHIN_S = 5.0
#: An owner that lives to clean up waits for those who ignore SIGTERM; this is against hanging.
ORDERLY_S = 30.0
CLOCK = SystemClock()


@dataclass(frozen=True)
class Drill:
    """A place for one owner: everything it starts carries the tag."""

    folder: Path
    tag: str

    def start(self, ending: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(OWNER), ending, str(self.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "DRILL": self.tag},
            start_new_session=True,
        )

    def alive(self) -> dict[int, str]:
        """Return number and command line of what the owner started and still runs."""
        found = {}
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                tagged = process.environ().get("DRILL") == self.tag
                if tagged and process.status() != psutil.STATUS_ZOMBIE:
                    found[process.pid] = " ".join(process.cmdline())
        return found

    def only_the_kept_one_runs(self) -> bool:
        return all(command == "sleep 301" for command in self.alive().values())


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Drill]:
    made = Drill(tmp_path, uuid.uuid4().hex)
    yield made
    while alive := made.alive():
        for pid in alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def becomes_true(condition: Callable[[], bool], *, within_s: float = WITHIN_S) -> bool:
    deadline = CLOCK.now() + within_s
    while not condition():
        if CLOCK.now() > deadline:
            return False
        CLOCK.sleep(0.02)
    return True


def read_until(owner: subprocess.Popen[str], kind: str) -> dict[str, Any]:
    """Return the owner's lines by their kind, up to one; all of them if it ends before."""
    lines = {}
    for text in owner.stdout or ():
        line = json.loads(text)
        lines[line["kind"]] = line
        if line["kind"] == kind:
            break
    return lines


def kill(owner: subprocess.Popen[str]) -> None:
    owner.kill()
    owner.communicate(timeout=ORDERLY_S)


@pytest.mark.parametrize(
    "moment", ["plain", "stubborn", "daemon", "kept", "promised", "group", "all"]
)
def test_killing_the_owner_after_any_start_leaves_only_the_kept_one(
    drill: Drill, moment: str
) -> None:
    owner = drill.start("wait")
    read_until(owner, moment)

    owner.kill()
    over = becomes_true(drill.only_the_kept_one_runs)
    owner.communicate(timeout=ORDERLY_S)

    assert over, drill.alive()


@pytest.mark.parametrize("delay_s", [0.16, 0.20, 0.24, 0.28, 0.32, 0.4])
def test_killing_the_owner_at_any_time_leaves_only_the_kept_one(
    drill: Drill, delay_s: float
) -> None:
    owner = drill.start("wait")
    CLOCK.sleep(delay_s)  # any moment will do, also one in the midst of a start

    kill(owner)

    assert becomes_true(drill.only_the_kept_one_runs), drill.alive()


def test_the_kept_one_survives_and_the_guarded_folder_does_not(drill: Drill) -> None:
    owner = drill.start("wait")
    lines = read_until(owner, "all")
    there_before = (drill.folder / "data").is_dir()

    kill(owner)
    deleted = becomes_true(lambda: not (drill.folder / "data").exists())

    assert there_before
    assert deleted
    assert drill.alive() == {lines["kept"]["pid"]: "sleep 301"}


def test_the_guardian_leaves_after_its_work_and_takes_the_record_along(drill: Drill) -> None:
    owner = drill.start("wait")
    guardian = read_until(owner, "all")["group"]["guardian"]
    recorded_before = list((drill.folder / "records").iterdir())

    kill(owner)

    assert becomes_true(lambda: not psutil.pid_exists(guardian) or is_zombie(guardian))
    assert len(recorded_before) == 1
    assert list((drill.folder / "records").iterdir()) == []


def is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.mark.parametrize("ending", ["leave", "close"])
def test_the_end_of_the_output_of_an_owner_is_seen_although_a_kept_process_runs(
    drill: Drill, ending: str
) -> None:
    owner = drill.start(ending)

    output, _ = owner.communicate(timeout=10)

    assert owner.returncode == 0, output
    assert becomes_true(drill.only_the_kept_one_runs), drill.alive()
    assert list(drill.alive().values()) == ["sleep 301"]


def test_the_output_of_a_killed_owner_ends_at_once(drill: Drill) -> None:
    owner = drill.start("wait")
    read_until(owner, "all")

    owner.kill()
    began_s = CLOCK.now()
    owner.communicate(timeout=ORDERLY_S)

    assert CLOCK.now() - began_s < 1.0


def test_ctrl_c_in_the_terminal_ends_everything_but_the_kept_one(drill: Drill) -> None:
    owner = drill.start("wait")
    read_until(owner, "all")

    os.killpg(owner.pid, signal.SIGINT)
    owner.communicate(timeout=ORDERLY_S)

    assert owner.returncode == -signal.SIGINT
    assert becomes_true(drill.only_the_kept_one_runs), drill.alive()


def test_killing_the_whole_group_of_the_owner_spares_the_guardian(drill: Drill) -> None:
    owner = drill.start("wait")
    read_until(owner, "all")

    os.killpg(owner.pid, signal.SIGKILL)
    owner.communicate(timeout=ORDERLY_S)

    assert becomes_true(drill.only_the_kept_one_runs), drill.alive()


def test_signals_to_the_guardian_do_not_make_it_leave(drill: Drill) -> None:
    owner = drill.start("wait")
    guardian = read_until(owner, "all")["group"]["guardian"]

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(guardian, number)
    kill(owner)

    assert becomes_true(drill.only_the_kept_one_runs), drill.alive()


def test_a_forked_child_that_holds_the_pipe_does_not_hide_the_death_of_the_owner(
    drill: Drill,
) -> None:
    owner = drill.start("fork")
    forked = read_until(owner, "forked")["forked"]["pid"]

    owner.kill()
    ended = becomes_true(
        lambda: all(
            pid == forked or command == "sleep 301" for pid, command in drill.alive().items()
        )
    )
    os.kill(forked, signal.SIGKILL)
    owner.communicate(timeout=ORDERLY_S)

    assert ended, drill.alive()


def test_what_owner_and_guardian_left_behind_is_swept_by_the_next_command(drill: Drill) -> None:
    owner = drill.start("wait")
    guardian = read_until(owner, "all")["group"]["guardian"]
    os.kill(guardian, signal.SIGKILL)
    kill(owner)
    left = drill.alive()

    names = sweep_abandoned(drill.folder / "records", clock=CLOCK)
    again = sweep_abandoned(drill.folder / "records", clock=CLOCK)

    assert len(left) >= len(("plain", "stubborn", "daemon", "kept", "group"))
    assert "sleep 304" in left.values()
    assert {"plain", "stubborn", "group", str(drill.folder / "data")} <= set(names)
    assert again == ()
    assert list(drill.alive().values()) == ["sleep 301"]


def test_the_processes_of_a_living_owner_are_not_swept(drill: Drill) -> None:
    owner = drill.start("wait")
    lines = read_until(owner, "all")

    names = sweep_abandoned(drill.folder / "records", clock=CLOCK)
    after = drill.alive()
    kill(owner)

    assert names == ()
    assert {lines[kind]["pid"] for kind in ("plain", "stubborn", "kept", "group")} <= after.keys()
    assert becomes_true(drill.only_the_kept_one_runs)
