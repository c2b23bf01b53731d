"""Promotions and approvals as files: what was changed after it was made is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.promotion_folder import PromotionFolder
from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json
from pytest_pipeline.errors import EvidenceError

WRITTEN = Path(__file__).parent / "data/written_before"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(WRITTEN, tmp_path / "state"))


def _payload(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def spoil(content: bytes) -> bytes:
        envelope = envelope_from_json(content.decode())
        return Envelope(change(envelope.payload)).to_json().encode()

    return spoil


def _otherwise(payload: bytes) -> bytes:
    return json.dumps(json.loads(payload)).encode()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: content.replace(b"\n", b"\r\n"), id="other-line-ends"),
        pytest.param(lambda content: content.replace(b"\n", b"\r"), id="old-line-ends"),
        pytest.param(lambda content: content + b" ", id="longer"),
        pytest.param(_payload(_otherwise), id="payload-written-otherwise"),
        pytest.param(
            _payload(lambda each: each.replace(b'{"_type"', b'{"_type":"","_type"', 1)),
            id="a-key-twice",
        ),
    ],
)
def test_a_promotion_that_was_changed_is_refused_by_name(
    folder: Path, spoil: Callable[[bytes], bytes]
) -> None:
    path = folder / "promotions/production/000002.json"
    path.write_bytes(spoil(path.read_bytes()))

    with pytest.raises(EvidenceError, match=r"cannot read .*000002\.json"):
        PromotionFolder(folder, DsseVerifier()).promotions("production")


def test_an_envelope_of_another_type_is_no_promotion(folder: Path) -> None:
    path = folder / "promotions/production/000001.json"
    made = envelope_from_json(path.read_bytes().decode())
    path.write_bytes(Envelope(made.payload, (), "application/json").to_json().encode())

    with pytest.raises(EvidenceError, match="changed after it was made"):
        PromotionFolder(folder, DsseVerifier()).promotions("production")


def test_an_approval_with_other_line_ends_is_refused_by_name(folder: Path) -> None:
    (path,) = (folder / "approvals").rglob("*.json")
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    with pytest.raises(EvidenceError, match=path.name):
        PromotionFolder(folder, DsseVerifier()).approvals("production")
