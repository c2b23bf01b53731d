from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_pipeline.adapters.file_journal import FileJournal
from pytest_pipeline.errors import StateError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "journal"


@pytest.fixture
def journal(folder: Path) -> FileJournal:
    return FileJournal(folder)


def tear(path: Path, rest: bytes) -> None:
    with path.open("ab") as file:
        file.write(rest)


def test_entries_come_back_in_order(journal: FileJournal, folder: Path) -> None:
    entries = [{"step": number, "text": "two\nlines é"} for number in range(3)]
    for entry in entries:
        journal.append("d1", entry)
    journal.append("d2", {"other": True})

    assert list(FileJournal(folder).read("d1")) == entries
    assert journal.read("d3") == ()


def test_entries_are_synced_before_append_returns(
    journal: FileJournal, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    sync = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    journal.append("d1", {"a": 1})
    journal.append("d1", {"a": 2})

    file, place = (folder / "d1.jsonl").stat().st_ino, folder.stat().st_ino
    assert synced == [file, place, file]


def test_entries_survive_the_death_of_their_writer(journal: FileJournal, folder: Path) -> None:
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from pytest_pipeline.adapters.file_journal import FileJournal\n"
        "FileJournal(Path(sys.argv[1])).append('d1', {'a': 1})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    died = subprocess.run([sys.executable, "-c", script, folder], check=False)

    assert died.returncode == -signal.SIGKILL
    assert journal.read("d1") == ({"a": 1},)


@pytest.mark.parametrize("rest", [b'{"a":', b'{"a": 2}', b"\0\0\0"])
def test_a_torn_last_entry_is_left_out_and_then_cut_off(
    journal: FileJournal, folder: Path, rest: bytes
) -> None:
    journal.append("d1", {"a": 1})
    tear(folder / "d1.jsonl", rest)
    torn = journal.read("d1")
    journal.append("d1", {"a": 3})

    assert torn == ({"a": 1},)
    assert journal.read("d1") == ({"a": 1}, {"a": 3})


def test_a_torn_only_entry_is_cut_off(journal: FileJournal, folder: Path) -> None:
    folder.mkdir()
    tear(folder / "d1.jsonl", b'{"a"')
    journal.append("d1", {"a": 1})

    assert journal.read("d1") == ({"a": 1},)


@pytest.mark.parametrize("line", [b"nonsense\n", b"[]\n"])
def test_an_altered_journal_is_refused_with_its_line(
    journal: FileJournal, folder: Path, line: bytes
) -> None:
    journal.append("d1", {"a": 1})
    tear(folder / "d1.jsonl", line)
    journal.append("d1", {"a": 2})

    with pytest.raises(StateError, match=r"d1\.jsonl:2 is not a journal entry"):
        journal.read("d1")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match=r"cannot write the journal .*d1\.jsonl.*writable"):
        FileJournal(tmp_path / "file").append("d1", {})


def test_a_name_that_leaves_the_folder_is_refused(journal: FileJournal) -> None:
    with pytest.raises(StateError, match="cannot name a journal"):
        journal.append("../d1", {})
