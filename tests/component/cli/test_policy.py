"""What the commands about policies show, refuse and write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.policies import policy_document, policy_document_digest
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.attesting import attest
from tests.component.cli.roots import CONFIGURED
from tests.integration.verifying.signing import CI, STRANGER

STRICT = CONFIGURED + '[[stages.unit.objectives]]\nmeasure = "duration.slowest_s"\npass = "< 2"\n'
CHANGE = ("weaker", "stages.unit.duration.slowest_s", "< 2", "< 3")


@pytest.fixture
def promoted(tmp_path: Path) -> Path:
    """Return a service root whose policy is weaker than that of its last promotion."""
    path = tmp_path / "pipeline.toml"
    path.write_text(STRICT, encoding="utf-8")
    policy = policy_document(wiring.load_pipeline(tmp_path), "staging")
    release = Release(1, "sha256:" + "a" * 64, {})
    promotion = Promotion(
        "staging", 1, release, "sha256:t", None, True, "deploy", policy, (), None, "e1",  # noqa: FBT003
        "2026-01-31T12:00:00.000Z",
    )  # fmt: skip
    with wiring.toolbox(tmp_path, wiring.standard_progress()) as tools:
        tools.promotions.add(attest(promotion_statement(promotion, "orders"), None))
    path.write_text(STRICT.replace("< 2", "< 3"), encoding="utf-8")
    return tmp_path


def asked(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "policy", *arguments])


def test_the_policy_is_shown_with_its_digest(
    promoted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = asked(promoted, "show", "staging")

    shown = json.loads(capsys.readouterr().out)
    assert ended == ExitCode.OK
    assert shown["digest"] == policy_document_digest(shown["policy"])
    assert list(shown["policy"]["stages"]) == ["unit"]


def test_a_weaker_policy_is_told_until_it_is_approved(
    promoted: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = asked(promoted, "diff", "staging", "--format", "json")
    told = json.loads(capsys.readouterr().out)
    approved = asked(promoted, "approve", "staging", "--reason", "slow disks")
    after = asked(promoted, "diff", "staging")

    (change,) = told["changes"]
    assert tuple(change[key] for key in ("kind", "place", "old", "new")) == CHANGE
    assert (before, told["refused"]) == (ExitCode.EVIDENCE_REFUSED, True)
    assert (approved, after) == (ExitCode.OK, ExitCode.OK)
    assert "weaker, and approved" in capsys.readouterr().out
    (written,) = (promoted / ".pipeline" / "approvals" / "staging").iterdir()
    assert written.suffix == ".json"


def test_a_key_that_is_replaced_approves_beside_the_new_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "pipeline.toml"
    path.write_text(f'{STRICT}[evidence.signers.old]\nkey = "{CI.key}"\n', encoding="utf-8")
    policy = policy_document(wiring.load_pipeline(tmp_path), "staging")
    promotion = Promotion(
        "staging", 1, Release(1, "sha256:" + "a" * 64, {}), "sha256:t", None, True, "deploy",  # noqa: FBT003
        policy, (), None, "e1", "2026-01-31T12:00:00.000Z",
    )  # fmt: skip
    service = wiring.load_pipeline(tmp_path).name
    with wiring.toolbox(tmp_path, wiring.standard_progress()) as tools:
        tools.promotions.add(attest(promotion_statement(promotion, service), CI))
    path.write_text(f'{STRICT}[evidence.signers.new]\nkey = "{STRANGER.key}"\n', encoding="utf-8")

    ended = [asked(tmp_path, "diff", "staging")]
    for key in (CI, STRANGER):
        monkeypatch.setenv("PYTEST_PIPELINE_KEY", key.pem)
        ended.append(asked(tmp_path, "approve", "staging", "--reason", "replaced"))
    ended.append(asked(tmp_path, "diff", "staging"))
    told = capsys.readouterr()

    assert ended == [ExitCode.EVIDENCE_REFUSED, ExitCode.OK, ExitCode.OK, ExitCode.OK], told
    assert "approved by old; it takes the approval of old, and by new as well" in told.out
    assert "staging: approved by new\n" in told.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "wanted one of show, diff, approve"),
        (("diff", "moon"), "no environment 'moon'"),
        (("approve", "staging", "--reason", " "), "--reason: got nothing"),
    ],
)
def test_a_wrong_question_is_answered_so(
    promoted: Path, arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = asked(promoted, *arguments)

    assert ended == ExitCode.USAGE_ERROR
    assert told in capsys.readouterr().err


def test_there_is_nothing_to_compare_with_before_the_first_promotion(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pipeline.toml").write_text(STRICT, encoding="utf-8")

    ended = asked(tmp_path, "diff", "staging")

    assert ended == ExitCode.OK
    assert "nothing to compare with" in capsys.readouterr().out
