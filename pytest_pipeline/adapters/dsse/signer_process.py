"""The signer in a process of its own: who runs tests never holds the key."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_pipeline import errors
from pytest_pipeline.adapters.dsse.frames import receive, send
from pytest_pipeline.adapters.dsse.taking import TakenKey
from pytest_pipeline.adapters.dsse.verifier import DsseVerifier
from pytest_pipeline.domain.envelopes import Envelope, Signature
from pytest_pipeline.domain.signing import SigningScope
from pytest_pipeline.domain.trust import PublicKey, public_key_from
from pytest_pipeline.errors import ConfigError, MissingExtraError, SigningError

#: How long the process may take to start, and for one answer after; seconds.
_START_S = 30.0
_ANSWER_S = 10.0
_EXIT_S = 5.0
#: Not isolated from these: without them the interpreter itself might not start.
_KEPT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
#: Only the packages that sign are added to what an isolated interpreter finds: neither the working
#: directory nor PYTHONPATH, where a checkout could put a module of the same name.
_PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from pytest_pipeline.adapters.dsse.signer_program import main; main()"
)


class SignerProcess:
    """A `StatementSigner` whose key is in another process.

    Args:
        taken: The key; overwritten here once it was handed over.

    Raises:
        ConfigError: If it is no key.
        MissingExtraError: If what signs is not installed.
        SigningError: If the process does not start.
    """

    def __init__(self, taken: TakenKey) -> None:
        self._turn = threading.Lock()
        self._process = _started()
        try:
            self._public = self._hand_over(taken)
        except BaseException:
            self.close()
            raise
        finally:
            taken.forget()

    @property
    def key(self) -> PublicKey:
        """The public half."""
        return self._public

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def restrict(self, scope: SigningScope) -> None:
        """Say what the session is about, once: nothing is signed before, and nothing else after.

        Raises:
            SigningError: If somebody else already did, or the process is gone.
        """
        self._asked({"scope": asdict(scope)})

    def sign(self, envelope: Envelope) -> Envelope:
        """Return the envelope with the one signature; see the port."""
        payload = base64.b64encode(envelope.payload).decode()
        answer = self._asked({"type": envelope.payload_type, "payload": payload})
        signature = Signature(self._public.keyid, bytes.fromhex(answer["signature"]))
        signed = Envelope(envelope.payload, (signature,), envelope.payload_type)
        if not DsseVerifier().verified(signed, [self._public]):
            raise SigningError(
                "the signature is of something else than what was to be signed: a test or a plugin "
                "came between; find out what did it"
            )
        return signed

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_EXIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _hand_over(self, taken: TakenKey) -> PublicKey:
        text = taken.read()
        with self._exchanging():
            self._send(json.dumps({"source": taken.source}).encode())
            self._send(text)
            answer = json.loads(receive(self._answers, timeout_s=_START_S))
        if "error" in answer:
            raise _error_from(answer)
        return public_key_from(answer["public"])

    def _asked(self, request: Mapping[str, Any]) -> dict[str, Any]:
        with self._turn, self._exchanging():
            self._send(json.dumps(request).encode())
            answer: dict[str, Any] = json.loads(receive(self._answers, timeout_s=_ANSWER_S))
        if "taken" in answer:
            raise SigningError(
                f"somebody else in this session had {answer['taken']} signed before: a test or a "
                "plugin asked the signer process in this tool's place. What it had signed must not "
                "be handed on; find out what did it"
            )
        if "refused" in answer:
            raise SigningError(f"the signer process refuses: {answer['refused']}")
        return answer

    def _send(self, message: bytes | bytearray) -> None:
        assert self._process.stdin is not None  # noqa: S101 - a pipe, see `_started`
        send(self._process.stdin.fileno(), message, timeout_s=_ANSWER_S)

    @property
    def _answers(self) -> int:
        assert self._process.stdout is not None  # noqa: S101 - a pipe, see `_started`
        return self._process.stdout.fileno()

    def _exchanging(self) -> _Exchange:
        return _Exchange(self._process)


class _Exchange:
    """Says of a failed exchange what it means."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Turn what went wrong into a refusal to go on."""
        if isinstance(error, (OSError, EOFError, ValueError)):  # TimeoutError is one of the first
            status = self._process.poll()
            became = "does not answer" if status is None else f"is gone (exit status {status})"
            raise SigningError(
                f"the signer process {became}: nothing can be signed in this session; start it "
                "again, and see what ended the process if that goes on"
            ) from error


def _started() -> subprocess.Popen[bytes]:
    folder = str(Path(errors.__file__).parents[1])
    process = subprocess.Popen(  # noqa: S603 - this very interpreter, no shell
        [sys.executable, "-I", "-c", _PROGRAM, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={name: os.environ[name] for name in _KEPT if name in os.environ},
        start_new_session=True,
    )
    assert process.stdin is not None  # noqa: S101 - a pipe
    os.set_blocking(process.stdin.fileno(), False)
    return process


def _error_from(answer: Mapping[str, str]) -> errors.PipelineError:
    if answer.get("kind") == MissingExtraError.__name__:
        return MissingExtraError("signing", "signing")
    if answer.get("kind") == ConfigError.__name__:
        return ConfigError(answer["error"])
    return SigningError(answer["error"])
