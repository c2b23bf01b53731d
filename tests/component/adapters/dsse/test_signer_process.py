"""The process that holds the key: what it signs, and when it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier, SignerProcess, TakenKey, new_private_key
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import Statement, Subject
from pytest_pipeline.domain.signing import SigningScope
from pytest_pipeline.domain.stage_statements import TEST_RESULT
from pytest_pipeline.domain.trust import public_key_from
from pytest_pipeline.errors import ConfigError, SigningError

TREE = "sha256:" + "1" * 64
SCOPE = SigningScope("orders", TREE, ("unit",))
_OWNER = """
import sys
from pytest_pipeline.adapters.dsse import SignerProcess, TakenKey
signer = SignerProcess(TakenKey("a test", sys.argv[1]))
print(signer.pid, flush=True)
sys.stdin.read()
"""
_COPIED = """
import os, sys
from pytest_pipeline.adapters.dsse import SignerProcess, TakenKey
signer = SignerProcess(TakenKey("a test", sys.argv[1]))
if os.fork():
    print(signer.pid, flush=True)
sys.stdin.read()
"""


def stage(name: str = "unit", tree: str = TREE, verdict: str = "PASS") -> Envelope:
    own = {"stage": name, "revision_tree": tree, "verdict": verdict}
    subject = Subject("orders", TREE)
    return Envelope(Statement((subject,), TEST_RESULT, {"pipeline": own}).to_payload())


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_text(new_private_key()[0])
    return file


@pytest.fixture
def taken(key_file: Path) -> TakenKey:
    return TakenKey("a test", str(key_file))


@pytest.fixture
def signer(taken: TakenKey) -> Iterator[SignerProcess]:
    process = SignerProcess(taken)
    yield process
    process.close()


def test_it_signs_what_the_session_is_about(signer: SignerProcess) -> None:
    signer.restrict(SCOPE)

    signed = signer.sign(stage())

    assert DsseVerifier().verified(signed, [signer.key]) == {signer.key.keyid}


def test_its_key_is_the_one_that_it_was_given() -> None:
    private, public = new_private_key()
    taken = TakenKey("a test")
    taken._text = bytearray(private.encode())
    process = SignerProcess(taken)
    process.close()

    assert process.key == public_key_from(public)
    assert set(taken._text) == {0}


def test_it_signs_each_purpose_once(signer: SignerProcess) -> None:
    signer.restrict(SCOPE)
    signer.sign(stage(verdict="PASS"))

    with pytest.raises(SigningError, match="somebody else in this session had stage unit signed"):
        signer.sign(stage(verdict="FAIL"))


def test_it_is_told_once_what_the_session_is_about(signer: SignerProcess) -> None:
    signer.restrict(SCOPE)

    with pytest.raises(SigningError, match="somebody else in this session"):
        signer.restrict(SigningScope("orders", "sha256:2", ("unit",)))


def test_it_signs_nothing_before_it_is_told(signer: SignerProcess) -> None:
    with pytest.raises(SigningError, match="refuses: it is not known yet"):
        signer.sign(stage())


@pytest.mark.parametrize(
    "envelope",
    [
        pytest.param(stage("component"), id="other-stage"),
        pytest.param(stage(tree="sha256:2"), id="other-revision"),
        pytest.param(Envelope(b"text"), id="no-statement"),
        pytest.param(Envelope(b"\xff\x00" * 5000), id="no-text"),
    ],
)
def test_what_it_refuses_does_not_use_up_a_purpose(
    signer: SignerProcess, envelope: Envelope
) -> None:
    signer.restrict(SCOPE)

    with pytest.raises(SigningError, match="refuses"):
        signer.sign(envelope)

    assert signer.sign(stage()).signatures


def test_what_is_no_key_is_refused_with_its_source(tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.touch(mode=0o600)
    file.write_text("secret")

    with pytest.raises(ConfigError, match=r"PYTEST_PIPELINE_KEY_FILE=key.pem: got 6 bytes"):
        SignerProcess(TakenKey("PYTEST_PIPELINE_KEY_FILE=key.pem", str(file)))


def test_a_dead_one_is_an_error(signer: SignerProcess) -> None:
    os.kill(signer.pid, signal.SIGKILL)

    with pytest.raises(SigningError, match="the signer process"):
        signer.restrict(SCOPE)


def test_a_silent_one_is_an_error(signer: SignerProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_pipeline.adapters.dsse.signer_process._ANSWER_S", 0.2)
    os.kill(signer.pid, signal.SIGSTOP)
    try:
        with pytest.raises(SigningError, match="does not answer"):
            signer.restrict(SCOPE)
    finally:
        os.kill(signer.pid, signal.SIGKILL)


def test_a_larger_statement_than_a_pipe_holds_is_signed(signer: SignerProcess) -> None:
    signer.restrict(SCOPE)
    own = {
        "stage": "unit",
        "revision_tree": TREE,
        "measurements": {str(i): i for i in range(99999)},
    }
    payload = Statement((Subject("orders", TREE),), TEST_RESULT, {"pipeline": own}).to_payload()

    assert len(payload) > 1_000_000
    assert signer.sign(Envelope(payload)).signatures


def test_its_arguments_and_its_environment_hold_no_key(signer: SignerProcess) -> None:
    process = psutil.Process(signer.pid)

    assert "PRIVATE" not in "".join(process.cmdline())
    assert os.getsid(signer.pid) == signer.pid


def test_it_ends_with_its_session(taken: TakenKey) -> None:
    signer = SignerProcess(taken)
    signer.close()

    assert not psutil.pid_exists(signer.pid)


@pytest.mark.parametrize("program", [_OWNER, _COPIED], ids=["alone", "a-copy-lives-on"])
def test_it_ends_when_its_owner_is_killed(program: str, key_file: Path) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(key_file)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        process_group=0,
    )
    assert owner.stdout is not None
    assert owner.stdin is not None
    process = psutil.Process(int(owner.stdout.readline()))
    owner.kill()
    owner.wait()

    gone, _ = psutil.wait_procs([process], timeout=10)

    assert gone == [process]
    owner.stdin.close()
    owner.stdout.close()
