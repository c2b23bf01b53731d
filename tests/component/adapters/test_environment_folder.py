"""Records of kept environments, and who has an environment for oneself."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
from pytest_pipeline.errors import StateError

HOLDER = """
import sys
from pathlib import Path
from pytest_pipeline.adapters.environment_folder import EnvironmentFolder

folder = EnvironmentFolder(Path(sys.argv[1]))
folder.acquire("staging", by="execution 7")
print("taken", flush=True)
sys.stdin.read()
"""


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
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "environments")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "taken\n"

        with pytest.raises(StateError, match="'staging' is in use by execution 7, process"):
            folder.acquire("staging", by="me")
        holder.kill()
        holder.wait(10)

    folder.acquire("staging", by="me")
    folder.yield_up("staging")


def test_what_was_yielded_up_can_be_taken_again(folder: EnvironmentFolder) -> None:
    folder.acquire("staging", by="me")
    folder.yield_up("staging")

    folder.acquire("staging", by="me")
    folder.yield_up("staging")
