"""`pytest-pipeline sign`: a job with the key vouches for what a job without it left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.domain.verdicts import Verdict
from tests.statements import MemorySigner, envelope_of

Run = Callable[..., pytest.RunResult]
Write = Callable[..., None]

_COMMAND = "import sys; from pytest_pipeline.cli.main import main; sys.exit(main())"


def sign(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _COMMAND, "sign", "unit", *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner()


@pytest.fixture
def key(tmp_path_factory: pytest.TempPathFactory, signer: MemorySigner) -> Path:
    path = tmp_path_factory.mktemp("keys") / "key.pem"
    path.touch(0o600)
    path.write_bytes(
        signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


@pytest.fixture
def ran(
    run: Run,
    write: Write,
    pytester: pytest.Pytester,
    signer: MemorySigner,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """A service whose unit tests were run without the key, as a job does."""
    monkeypatch.setenv("CI", "true")
    write(
        {
            "service/tests/unit/test_good.py": "def test_good(): pass",
            "service/tests/unit/test_bad.py": """
                import os

                def test_bad():
                    assert 'BAD' not in os.environ
                """,
            "service/pipeline.toml": f"""
                name = "orders"
                [stages.unit]
                [evidence.signers.ci]
                key = "{signer.key}"
                """,
        }
    )
    result = run("--pipeline-stage=unit", "--pipeline-unsigned", "service")
    assert result.ret == int("BAD" in os.environ)
    result.stdout.fnmatch_lines(
        ["*counts for nothing until `pytest-pipeline sign unit` signed it*"]
    )
    return pytester.path / "service"


def store(root: Path, signer: MemorySigner) -> EvidenceFolder:
    return EvidenceFolder(root / ".pipeline", DsseVerifier(), (signer.key,))


def test_a_key_vouches_for_what_was_left_without_one(
    ran: Path, key: Path, signer: MemorySigner
) -> None:
    looked = sign(ran, "--dry-run")
    (before,) = store(ran, signer).every("unit")
    signed = sign(ran, "--key", str(key))
    (after,) = store(ran, signer).every("unit")

    assert (looked.returncode, signed.returncode) == (0, 0), looked.stderr + signed.stderr
    said = "stage unit is PASS by its report, 2 tests executed"
    assert f"{said}: would be signed" in looked.stdout
    assert f"{said}: signed by ci (key {signer.key.keyid[:12]})" in signed.stdout
    assert (before.keyids, after.keyids) == (frozenset(), {signer.key.keyid})
    assert after.digest == before.digest


def test_the_stage_of_a_failed_test_ends_as_it_did(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, key: Path
) -> None:
    monkeypatch.setenv("BAD", "1")
    root = request.getfixturevalue("ran")

    signed = sign(root, "--key", str(key))

    assert signed.returncode == 1
    assert "stage unit is FAIL by its report, 2 tests executed: signed by" in signed.stdout


def test_what_does_not_say_what_its_report_comes_to_is_refused(
    ran: Path, key: Path, signer: MemorySigner
) -> None:
    folder = store(ran, signer)
    (found,) = folder.every("unit")
    forged = replace(found.evidence, verdict=Verdict.WARN)
    path = next((ran / ".pipeline/evidence").rglob("*.json"))
    path.write_text(envelope_of(forged).to_json())

    refused = sign(ran, "--key", str(key))

    assert refused.returncode == 22
    assert "the report comes to PASS, the evidence says WARN" in refused.stdout
    assert not next(iter(folder.every("unit"))).keyids


def test_without_a_key_the_variable_is_named(tmp_path: Path, signer: MemorySigner) -> None:
    (tmp_path / "pipeline.toml").write_text(
        f'name = "orders"\n[stages.unit]\n[evidence.signers.ci]\nkey = "{signer.key}"\n'
    )

    refused = sign(tmp_path)

    assert refused.returncode == 4
    assert "PYTEST_PIPELINE_KEY" in refused.stderr
