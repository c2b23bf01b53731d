"""What makes load comparable is read from this machine and from the locustfile's folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_pipeline.adapters.load_conditions import ConditionsHere
from pytest_pipeline.adapters.load_conditions.locustfiles import locustfile_digest
from pytest_pipeline.adapters.load_conditions.machine import container_limits, machine_condition
from pytest_pipeline.domain.load import LoadSpec


def files(folder: Path, **contents: str) -> Path:
    """Write files, ``__`` in a name standing for a folder, and return the locustfile."""
    for name, content in contents.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder / "locustfile.py"


USERS = {
    "locustfile": "from people import Reader\nimport tasks.buying\nfrom absent import x\n",
    "people": "from . import names\n",
    "names": "A = 1\n",
    "tasks__buying": "from .prices import PRICE\n",
    "tasks__prices": "PRICE = 1\n",
    "unused": "A = 1\n",
}


def test_the_same_files_elsewhere_have_the_same_digest(tmp_path: Path) -> None:
    digests = {locustfile_digest(files(tmp_path / name, **USERS)) for name in ("a", "b")}

    assert len(digests) == 1
    assert digests.pop().startswith("sha256:")


@pytest.mark.parametrize("changed", ["locustfile", "people", "names", "tasks__prices"])
def test_a_change_in_what_is_imported_however_indirectly_changes_the_digest(
    tmp_path: Path, changed: str
) -> None:
    before = locustfile_digest(files(tmp_path, **USERS))

    after = locustfile_digest(files(tmp_path, **{changed: f"{USERS[changed]}B = 2\n"}))

    assert after != before


def test_a_change_in_what_is_not_imported_does_not(tmp_path: Path) -> None:
    before = locustfile_digest(files(tmp_path, **USERS))

    assert locustfile_digest(files(tmp_path, unused="A = 2\n")) == before


def test_a_locustfile_that_is_broken_or_missing_breaks_nothing(tmp_path: Path) -> None:
    assert locustfile_digest(files(tmp_path, locustfile="def (:\n"))
    assert locustfile_digest(tmp_path / "nowhere.py") == ""


def test_a_machine_is_known_by_its_system_processors_and_memory() -> None:
    said = machine_condition()

    assert said.startswith(f"system {os.uname().sysname} {os.uname().machine}; processors ")
    assert " GiB" in said
    assert machine_condition() == said


@pytest.mark.parametrize(
    ("processors", "memory", "wanted"),
    [
        pytest.param("max 100000\n", "max\n", {}, id="no-limits"),
        pytest.param(
            "150000 100000\n",
            "2147483648\n",
            {"processor-limit": "1.5", "memory-limit": "2 GiB"},
            id="limits",
        ),
    ],
)
def test_limits_of_a_container_are_part_of_the_machine(
    tmp_path: Path, processors: str, memory: str, wanted: dict[str, str]
) -> None:
    (tmp_path / "cpu.max").write_text(processors)
    (tmp_path / "memory.max").write_text(memory)

    assert container_limits(tmp_path) == wanted
    assert container_limits(tmp_path / "nowhere") == {}


def test_conditions_name_what_makes_load_comparable_and_hold_no_data(tmp_path: Path) -> None:
    files(tmp_path, **USERS)
    spec = LoadSpec(
        *("locustfile.py", "http://127.0.0.1:1"),
        users=1,
        spawn_rate=1,
        duration_s=1,
        data={"token": "s3cret"},
    )

    found = ConditionsHere(tmp_path).of(spec)

    assert list(found) == ["machine", "settings", "data", "locustfile"]
    assert "Python 3." in found["settings"]
    assert found["data"].startswith("sha256:")
    assert not any("s3cret" in each for each in found.values())
