"""Places that cannot be written: the message says which, and what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_COMMAND_S = 10

FILLING_TEST = """
    import errno


    def test_somebody_fills_the_disk():
        try:
            with open(".pipeline/filler", "wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(65536))
        except OSError as error:
            assert error.errno == errno.ENOSPC
"""


@pytest.fixture
def read_only() -> Iterator[Callable[[Path], None]]:
    """Make folders read-only, for root as well."""
    done: list[tuple[list[str], Path]] = []

    def make(folder: Path) -> None:
        undo = ["chmod", "u+w"]
        command = ["chmod", "a-w"]
        if os.geteuid() == 0:  # who may write wherever permissions forbid it
            undo, command = ["chattr", "-i"], ["chattr", "+i"]
        if shutil.which(command[0]) is None or run([*command, str(folder)]):
            pytest.skip(f"{' '.join(command)} does not work here")
        done.append((undo, folder))

    yield make
    for undo, folder in done:
        run([*undo, str(folder)])


@pytest.fixture
def small_disk() -> Iterator[Callable[[Path], None]]:
    """Mount small file systems."""
    mounted: list[Path] = []

    def mount(folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        options = ["-t", "tmpfs", "-o", "size=4m", "none"]
        if os.geteuid() != 0 or run(["mount", *options, str(folder)]):
            pytest.skip("only root may mount a small file system, and not everywhere")
        mounted.append(folder)

    yield mount
    for folder in mounted:
        run(["umount", "--lazy", str(folder)])


def run(command: list[str]) -> int:
    """Run a command and return its exit code."""
    return subprocess.run(command, check=False, capture_output=True, timeout=_COMMAND_S).returncode


@pytest.mark.parametrize("asked", ["--pipeline", "--pipeline-stage=unit"])
def test_a_read_only_folder_is_named(
    drill: Drill, tiny: Repository, read_only: Callable[[Path], None], asked: str
) -> None:
    read_only(tiny.root)

    done = drill.pytest(tiny, asked, "-p", "no:cacheprovider")

    assert done.exit_code == 26, str(done)
    assert f"cannot write {tiny.state}" in done.output
    assert "make the folder writable or copy the service to one that is" in done.output
    assert not drill.belongings.running()


def test_a_file_in_the_place_of_the_state_folder_is_named(drill: Drill, tiny: Repository) -> None:
    tiny.state.write_text("in the way")

    done = drill.pytest(tiny, "--pipeline")
    status = drill.command(tiny, "status")

    assert done.exit_code == 26, str(done)
    assert f"cannot write {tiny.state}" in done.output
    assert status.exit_code == 26, str(status)
    assert "Traceback" not in done.output + status.output


def test_a_disk_that_fills_up_stops_the_run_and_leaves_nothing(
    drill: Drill, tiny: Repository, small_disk: Callable[[Path], None]
) -> None:
    small_disk(tiny.state)
    tiny.write("tests/e2e/test_filling.py", FILLING_TEST)

    done = drill.pytest(tiny, "--pipeline")

    assert done.exit_code == 26, str(done)
    assert "see to free space" in done.output
    assert "INTERNALERROR" not in done.output
    assert not drill.belongings.running()
    assert "production" not in done.deployments
