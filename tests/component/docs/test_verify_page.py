"""The commands of "Verify evidence with other tools", run as they are written."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.verdicts import Verdict
from tests.statements import MemorySigner, envelope_of

EVIDENCE = Evidence(
    stage="unit",
    verdict=Verdict.PASS,
    revision_tree="sha256:" + "1" * 64,
    commit="c" * 40,
    artifact="sha256:" + "2" * 64,
    policy="sha256:" + "3" * 64,
    results=(),
    measurements={},
    resources={},
    interpreter="3.11.9",
    distributions={},
    execution="e1",
    created="2026-01-31T12:00:00Z",
    passed=("t::a",),
)
pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs the command openssl")


@dataclass
class Reader:
    """Somebody who follows the page, with a file of evidence and a public key."""

    folder: Path
    unpack: str
    check: str
    read: str
    theirs: str

    def run(self, command: str, envelope: Envelope, key: str) -> subprocess.CompletedProcess[str]:
        file = self.folder / "evidence.json"
        file.write_text(envelope.to_json())
        return subprocess.run(
            ["sh", "-e", "-c", command],
            cwd=self.folder,
            env={
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
                "FILE": str(file),
                "KEY": key,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def reader(page: Callable[[str], str], tmp_path: Path) -> Reader:
    text = page("how-to/verify-with-other-tools.md")
    unpack, check, read = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    (theirs,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return Reader(tmp_path, unpack, check, read, f"python3 - <<'END'\n{theirs}END\n")


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner()


def test_openssl_says_who_signed_and_the_statement_is_read(
    reader: Reader, signer: MemorySigner
) -> None:
    whole = reader.unpack + reader.check + reader.read
    done = reader.run(whole, envelope_of(EVIDENCE, signer), str(signer.key))

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Signature Verified Successfully",
        f"orders {'2' * 64}",
        "PASSED 1 passed 0 failed",
        f"unit {'c' * 40} 2026-01-31T12:00:00Z",
    ]


def test_openssl_refuses_what_was_altered(reader: Reader, signer: MemorySigner) -> None:
    signed = envelope_of(EVIDENCE, signer)
    altered = Envelope(signed.payload.replace(b'"commit":"c', b'"commit":"d'), signed.signatures)
    done = reader.run(reader.unpack + reader.check, altered, str(signer.key))

    assert done.returncode == 1
    assert "Signature Verification Failure" in done.stdout + done.stderr


def test_a_file_that_another_key_signed_is_told(reader: Reader, signer: MemorySigner) -> None:
    done = reader.run(reader.unpack, envelope_of(EVIDENCE, signer), str(MemorySigner().key))

    assert done.returncode == 1
    assert "(signature,) =" in done.stderr
    assert "ValueError" in done.stderr


def test_the_libraries_of_in_toto_say_the_same(reader: Reader, signer: MemorySigner) -> None:
    done = reader.run(reader.theirs, envelope_of(EVIDENCE, signer), str(signer.key))

    assert done.stdout == f"signed by {signer.key.keyid}\n", done.stderr
