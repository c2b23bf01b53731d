"""A prepared interpreter that forks a controller for each request; a line in, a line out.

Run as a program: ``python -m tests.integration.kill_matrix.fork_server``.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.integration.kill_matrix.controller import Controller
from tests.integration.kill_matrix.fuse import Fuse
from tests.integration.kill_matrix.scenario import Scenario

#: Longest life of a controller, seconds: it lives on a virtual clock.
DEADLINE_S = 60


def main() -> None:
    """Serve until the input ends."""
    _warm_up()
    for line in sys.stdin:
        answer, status = _forked(json.loads(line))
        print(json.dumps({"answer": answer, "status": status}), flush=True)  # noqa: T201


def _warm_up() -> None:
    """Have everything imported and compiled that a controller needs, once for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        for command in ("prepare", "deploy", "resume"):
            Controller(Path(folder), Scenario("warm-up", "immutable"), Fuse()).act(command)
    gc.disable()  # a collection in a child would copy every page that it shares
    gc.freeze()


def _forked(request: Mapping[str, Any]) -> tuple[Any, int]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(DEADLINE_S)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps([_act(each) for each in request["errands"]]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text or "null"), os.waitstatus_to_exitcode(status)


def _act(errand: Mapping[str, Any]) -> dict[str, object]:
    fuse = Fuse(errand["at"])
    controller = Controller(Path(errand["folder"]), Scenario(**errand["scenario"]), fuse)
    try:
        phase = controller.act(errand["command"])
    except Exception:  # noqa: BLE001 - told to whoever asked
        return {"error": traceback.format_exc()[-3000:]}
    return {"phase": phase, "moments": [vars(each) for each in fuse.moments]}


if __name__ == "__main__":
    main()
