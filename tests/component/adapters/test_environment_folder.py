"""Records of kept environments, and who has an environment for oneself."""

from __future__ import annotations

import contextlib
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
from pytest_pipeline.errors import ConcurrencyError, StateError

HOLDER = """
import sys
from pathlib import Path
from pytest_pipeline.adapters.environment_folder import EnvironmentFolder

folder = EnvironmentFolder(Path(sys.argv[1]))
getattr(folder, sys.argv[2])("staging", by="execution 7")
print("taken", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def another_process(folder: Path, does: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a process that has taken the environment, or waits for it, until it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder), does],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "taken\n"
        yield process
        process.kill()
        process.wait(10)


@pytest.fixture
def folder(tmp_path: Path) -> EnvironmentFolder:
    return EnvironmentFolder(tmp_path / "environments")


def test_a_record_reads_back_until_it_is_deleted(folder: EnvironmentFolder) -> None:
    folder.write("staging", {"url": "http://127.0.0.1:1"})

    assert folder.read("staging") == {"url": "http://127.0.0.1:1"}
    assert folder.names() == ("staging",)
    folder.delete("staging")
    assert folder.read("staging") is None
    assert folder.names() == ()


def test_a_record_is_for_its_owner_alone(folder: EnvironmentFolder, tmp_path: Path) -> None:
    folder.write("staging", {"url": "postgresql://user:secret@127.0.0.1/x"})
    mode = (tmp_path / "environments" / "staging.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_a_damaged_record_is_refused_by_its_path(folder: EnvironmentFolder, tmp_path: Path) -> None:
    folder.write("staging", {})
    (tmp_path / "environments" / "staging.json").write_text("{")

    with pytest.raises(StateError, match=r"staging\.json is not JSON"):
        folder.read("staging")


def test_an_environment_that_another_process_has_is_refused_until_that_is_killed(
    folder: EnvironmentFolder, tmp_path: Path
) -> None:
    with another_process(tmp_path / "environments", "acquire") as other:
        holder = folder.holder("staging")

        with pytest.raises(ConcurrencyError, match=r"'staging' is in use by execution 7 \(process"):
            folder.acquire("staging", by="me")

    assert holder is not None
    assert (holder.by, holder.pid) == ("execution 7", other.pid)
    assert holder.since.endswith("Z")
    assert folder.holder("staging") is None
    folder.acquire("staging", by="me")
    folder.yield_up("staging")


def test_what_was_yielded_up_can_be_taken_again(folder: EnvironmentFolder) -> None:
    folder.acquire("staging", by="me")
    folder.yield_up("staging")

    folder.acquire("staging", by="me")
    folder.yield_up("staging")


def test_looking_who_has_an_environment_takes_it_from_nobody(folder: EnvironmentFolder) -> None:
    folder.acquire("staging", by="execution 8")
    found = folder.holder("staging")

    assert found is not None
    assert (found.by, found.pid) == ("execution 8", os.getpid())
    folder.yield_up("staging")
    assert folder.holder("staging") is None
    assert folder.holder("dev") is None


def test_who_came_first_is_served_first(tmp_path: Path) -> None:
    first, second = EnvironmentFolder(tmp_path), EnvironmentFolder(tmp_path)
    holder = EnvironmentFolder(tmp_path)
    holder.acquire("staging", by="the holder")
    first.line_up("staging", by="the first")
    second.line_up("staging", by="the second")
    first.line_up("staging", by="the first, again")

    holder.yield_up("staging")

    with pytest.raises(ConcurrencyError, match="in use by the first"):
        second.acquire("staging", by="the second")
    first.acquire("staging", by="the first")
    first.yield_up("staging")
    second.acquire("staging", by="the second")
    second.yield_up("staging")


def test_who_steps_out_or_is_killed_keeps_nobody_waiting(
    folder: EnvironmentFolder, tmp_path: Path
) -> None:
    quitter = EnvironmentFolder(tmp_path / "environments")
    with (
        another_process(tmp_path / "environments", "line_up"),
        pytest.raises(ConcurrencyError, match="in use by execution 7"),
    ):
        folder.acquire("staging", by="me")
    quitter.line_up("staging", by="a quitter")
    quitter.step_out("staging")

    folder.acquire("staging", by="me")
    folder.yield_up("staging")
