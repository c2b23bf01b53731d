"""How long tests took, as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_pipeline.adapters.duration_folder import DurationFolder
from pytest_pipeline.errors import StateError

DURATIONS_S = {"test_a.py::test_ü[1]": 0.25, "test_a.py::test_b": 0.0}


def test_durations_come_back_by_stage(tmp_path: Path) -> None:
    store = DurationFolder(tmp_path)
    store.write("unit", {"test_gone.py::test_it": 1.0})
    store.write("unit", DURATIONS_S)
    store.write("a/b", {})

    assert store.read("unit") == DURATIONS_S
    assert store.read("a/b") == {}
    assert store.file("unit") == tmp_path / "durations" / "unit.json"
    assert {each.name for each in (tmp_path / "durations").iterdir()} == {"unit.json", "a%2Fb.json"}


@pytest.mark.parametrize("content", [None, b"", b"[]", b'{"a": -1}', b"\xff"])
def test_durations_that_cannot_be_read_are_none(tmp_path: Path, content: bytes | None) -> None:
    store = DurationFolder(tmp_path)
    if content is not None:
        store.write("unit", DURATIONS_S)
        store.file("unit").write_bytes(content)

    assert store.read("unit") == {}


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()

    with pytest.raises(StateError, match=r"cannot write .*: Not a directory"):
        DurationFolder(blocked).write("unit", DURATIONS_S)
