"""Shards as files: what was changed or moved after it was made is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.shard_folder import ShardFolder
from pytest_pipeline.domain.envelopes import sha256_of
from pytest_pipeline.domain.shard_statements import ShardRun, shard_statement
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.errors import EvidenceError, StateError
from tests.statements import MemorySigner
from tests.unit.domain.shards_at_hand import shard_run

REPORT = "what the tests came to\n"
SIGNER = MemorySigner()


def run(number: int = 1) -> ShardRun:
    return shard_run(number, report=sha256_of(REPORT))


@pytest.fixture
def store(tmp_path: Path) -> ShardFolder:
    return ShardFolder(tmp_path, DsseVerifier(), (SIGNER.key,))


def add(store: ShardFolder, *shards: ShardRun) -> None:
    for each in shards:
        store.add(attest(shard_statement(each), SIGNER), REPORT)


def test_shards_come_back_with_their_reports_and_who_signed_them(
    store: ShardFolder, tmp_path: Path
) -> None:
    other = replace(run(2), artifact=None, stage="a.b/c")
    add(store, run(1), run(2), other)

    found = store.every("unit")

    assert [each.run for each in found] == [run(1), run(2)]
    assert [each.run for each in store.every("a.b/c")] == [other]
    assert {each.keyids for each in found} == {frozenset({SIGNER.key.keyid})}
    assert store.report(found[0]) == REPORT
    assert (tmp_path / "shards/unit" / f"{'1' * 16}-{'a' * 16}" / "1-of-2.json").is_file()


def test_a_shard_that_is_run_again_takes_the_place_of_the_earlier_one(store: ShardFolder) -> None:
    again = replace(run(), created="2026-02-01T12:00:00Z")
    add(store, run(), again)

    assert [each.run for each in store.every("unit")] == [again]


def test_an_unsigned_shard_is_found_and_nobody_vouches_for_it(tmp_path: Path) -> None:
    unsigned = ShardFolder(tmp_path, DsseVerifier(), (SIGNER.key,))
    unsigned.add(attest(shard_statement(run()), None), REPORT)

    (found,) = unsigned.every("unit")

    assert found.keyids == frozenset()


def _changed(text: str) -> str:
    envelope = json.loads(text)
    envelope["signatures"] = []
    return json.dumps(envelope, sort_keys=True)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda text: text[:-1], id="cut-short"),
        pytest.param(lambda text: text + " ", id="longer"),
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="other-line-ends"),
        pytest.param(_changed, id="written-otherwise"),
        pytest.param(lambda _: "{}", id="empty"),
    ],
)
def test_a_file_that_was_changed_is_refused_by_name(
    store: ShardFolder, tmp_path: Path, spoil: Callable[[str], str]
) -> None:
    add(store, run())
    (path,) = (tmp_path / "shards").rglob("*.json")
    path.write_bytes(spoil(path.read_text()).encode())

    with pytest.raises(EvidenceError, match=r"cannot read the shard .*1-of-2\.json: .*fetch it"):
        store.every("unit")


def test_a_file_under_the_name_of_another_shard_is_refused(
    store: ShardFolder, tmp_path: Path
) -> None:
    add(store, run())
    (path,) = (tmp_path / "shards").rglob("*.json")
    path.rename(path.with_name("2-of-2.json"))

    with pytest.raises(EvidenceError, match=r"2-of-2.json holds shard 1/2 of unit, which belongs"):
        store.every("unit")


def test_a_report_that_is_missing_or_was_changed_is_refused(
    store: ShardFolder, tmp_path: Path
) -> None:
    add(store, run())
    (found,) = store.every("unit")
    (path,) = (tmp_path / "reports").iterdir()
    path.write_text("something else")

    with pytest.raises(EvidenceError, match="was changed after it was made"):
        store.report(found)
    path.unlink()
    with pytest.raises(EvidenceError, match=r"hand over the \.pipeline/reports of its job"):
        store.report(found)


def test_another_report_than_the_statement_names_is_not_stored(store: ShardFolder) -> None:
    with pytest.raises(ValueError, match="shard 1/2 of unit names report"):
        store.add(attest(shard_statement(run()), None), "another one")


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()

    with pytest.raises(StateError, match=r"cannot write .*: Not a directory"):
        add(ShardFolder(blocked, DsseVerifier()), run())
