"""What `status --json` says of who vouches for what is promoted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.attesting import attest
from tests.component.cli.roots import CONFIGURED
from tests.integration.verifying.signing import CI

_TRUSTED = f"[evidence.signers.ci]\nkey = '{CI.key}'\n"
_PROMOTION = Promotion(
    "staging", 1, Release(1, "sha256:" + "a" * 64, {}), "sha256:t", None, True, "deploy", {}, (),  # noqa: FBT003
    None, "e1", "2026-01-31T12:00:00.000Z",
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.toml").write_text(CONFIGURED + _TRUSTED, encoding="utf-8")
    return tmp_path


def told(root: Path, capsys: pytest.CaptureFixture[str]) -> Any:  # noqa: ANN401 - values of JSON
    capsys.readouterr()
    assert main(["--root", str(root), "status", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    return found["evidence"]


@pytest.mark.parametrize("signed", [True, False])
def test_json_says_who_vouches_for_the_last_promotion(
    root: Path, capsys: pytest.CaptureFixture[str], *, signed: bool
) -> None:
    before = told(root, capsys)
    with wiring.toolbox(root, wiring.standard_progress()) as tools:
        tools.promotions.add(
            attest(promotion_statement(_PROMOTION, "orders"), CI if signed else None)
        )

    assert before is None
    assert told(root, capsys) == {
        "signed": signed,
        "signer": "ci" if signed else None,
        "keyid": CI.key.keyid if signed else None,
    }


def test_for_a_promotion_that_cannot_be_read_nobody_vouches(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = root / ".pipeline" / "promotions" / "staging"
    folder.mkdir(parents=True)
    (folder / "000001.json").write_text("{}")

    assert told(root, capsys) == {"signed": False, "signer": None, "keyid": None}
