"""The lifeline: a child session ends itself when its controller is gone, however it went."""

from __future__ import annotations

import os
import signal
import threading


def hold_lifeline(descriptor: int) -> None:
    """Watch a pipe in the background; when its other end closes, kill this process group.

    The group is the child's own (the controller made it the leader), so that workers of
    pytest-xdist and what tests started end with it.
    """
    os.set_inheritable(descriptor, False)  # noqa: FBT003 - its only form
    threading.Thread(
        target=_watch, args=(descriptor,), name="pipeline-lifeline", daemon=True
    ).start()


def _watch(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.killpg(0, signal.SIGKILL)
