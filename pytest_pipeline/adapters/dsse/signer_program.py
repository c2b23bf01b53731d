"""The program of the signer process: holds the key, signs each purpose of one session once.

It answers requests over its standard input and output until the first is closed or its owner is
gone. It believes nobody: what asks may be a test.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import resource
import select
import sys
from collections.abc import Mapping
from typing import Any

from pytest_pipeline.adapters.dsse.frames import receive, send
from pytest_pipeline.adapters.dsse.signer import DsseSigner, signer_from
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.signing import SigningScope, purpose_in
from pytest_pipeline.errors import PipelineError

_REQUESTS, _ANSWERS = 0, 1
#: How often it looks whether its owner lives; seconds. A copy of the owner may hold the pipe open.
_LOOK_S = 0.5
_EXCHANGE_S = 10.0
_PR_SET_DUMPABLE = 4
_PT_DENY_ATTACH = 31


class Desk:
    """Answers requests.

    Args:
        signer: Holds the key.
    """

    def __init__(self, signer: DsseSigner) -> None:
        self._signer = signer
        self._scope: SigningScope | None = None
        self._signed: set[str] = set()

    def answer(self, request: Mapping[str, Any]) -> dict[str, str]:
        """Return the answer to a request; a refusal says why."""
        try:
            if "scope" in request:
                return self._take_scope(request["scope"])
            return self._sign(str(request["type"]), base64.b64decode(request["payload"]))
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            return {"refused": f"{error}"}

    def _take_scope(self, scope: Mapping[str, Any]) -> dict[str, str]:
        if self._scope is not None:
            return {"taken": "what this session is about"}
        self._scope = SigningScope(
            str(scope["service"]),
            str(scope["tree"]),
            tuple(map(str, scope["stages"])),
            tuple(map(str, scope["environments"])),
            str(scope["shard"]),
        )
        return {"scope": "taken up"}

    def _sign(self, kind: str, payload: bytes) -> dict[str, str]:
        if self._scope is None:
            return {"refused": "it is not known yet what this session is about"}
        envelope = Envelope(payload, payload_type=kind)
        purpose = purpose_in(self._scope, envelope)
        if purpose in self._signed:
            return {"taken": purpose}
        self._signed.add(purpose)
        (signature,) = self._signer.sign(envelope).signatures
        return {"signature": signature.value.hex()}


def main() -> None:
    """Take the key, say whose it is, and answer until nobody asks any more."""
    _keep_to_itself()
    owner = os.getppid()
    begin = json.loads(receive(_REQUESTS, timeout_s=_EXCHANGE_S))
    try:
        signer = signer_from(receive(_REQUESTS, timeout_s=_EXCHANGE_S), str(begin["source"]))
    except PipelineError as error:
        _say({"error": str(error), "kind": type(error).__name__})
        return
    _say({"public": str(signer.key)})
    desk = Desk(signer)
    while os.getppid() == owner:
        if select.select([_REQUESTS], [], [], _LOOK_S)[0]:
            try:
                request = receive(_REQUESTS, timeout_s=_EXCHANGE_S)
            except (EOFError, TimeoutError):
                return
            _say(desk.answer(json.loads(request)))


def _say(answer: Mapping[str, str]) -> None:
    send(_ANSWERS, json.dumps(answer).encode(), timeout_s=_EXCHANGE_S)


def _keep_to_itself() -> None:
    """Leave no core, and let nobody of the same user look into this process."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None)
    if sys.platform == "linux":
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    elif sys.platform == "darwin":
        libc.ptrace(_PT_DENY_ATTACH, 0, None, 0)


if __name__ == "__main__":
    main()
