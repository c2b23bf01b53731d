"""A small disk in memory: full when it is filled, and gone with the process that mounted it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.adapters.small_disk import NoDisk
from pytest_pipeline.errors import StateError

USER = Path(__file__).with_name("small_disk_user.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "disk"
    made.mkdir()
    return made


def told(line: bytes | str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(line)
    if facts.get("missing"):
        pytest.skip(facts["missing"])
    return facts


def test_it_is_full_when_it_is_filled_and_has_room_when_it_is_freed(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(USER), str(folder)], capture_output=True, timeout=30, check=True
    )
    first, last = done.stdout.splitlines()
    told(first)
    facts = told(last)

    assert facts["full"] is True
    assert facts["litter"] == ["file ballast"]
    assert facts["freed"] == []
    assert facts["left"] == []  # it was unmounted
    assert facts["user"] == os.geteuid()


def test_nobody_else_sees_it_and_nothing_is_left_when_its_process_is_killed(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, str(USER), str(folder), "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        told(process.stdout.readline())
        seen_meanwhile = list(folder.iterdir())
        process.kill()

    assert seen_meanwhile == []
    assert str(folder) not in Path("/proc/self/mounts").read_text(encoding="utf-8")
    folder.rmdir()  # nothing is mounted there that would be busy


def test_where_there_is_none_nothing_is_ever_filled(tmp_path: Path) -> None:
    disk = NoDisk(tmp_path / "folder", "a small disk needs Linux")

    with pytest.raises(StateError, match="needs Linux"):
        disk.fill()

    assert disk.missing
    assert list(disk.folder.iterdir()) == []
