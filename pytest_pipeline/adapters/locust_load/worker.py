"""A worker in a load of several processes: forked, or of another machine. Runs in its process."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pytest_pipeline.adapters.locust_load import orders
from pytest_pipeline.adapters.locust_load.orders import HERE

if TYPE_CHECKING:
    from locust.env import Environment

#: Questions for the time; the one that was answered fastest counts.
_CLOCK_QUESTIONS = 5
_CLOCK_S = 2.0
_LOOK_S = 0.5
#: Bytes of a record in a message.
PIECE_BYTES = 256 * 1024


class Part(Protocol):
    """What a worker does with the listener of its process."""

    def share_of(self, index: int, of: int) -> None:
        """Take its place among all."""
        ...

    def finish(self, exit_code: int) -> None:
        """End the record of this process."""
        ...


class Worker:
    """Takes part in one load.

    Args:
        environment: Locust's.
        folder: Folder for the record.
        name: Machine that it is; `HERE` for the master's own.
        part: The listener of this process.
    """

    def __init__(self, environment: Environment, folder: Path, name: str, part: Part) -> None:
        self._environment = environment
        self._runner: Any = environment.runner
        self._folder = folder
        self._name = name
        self._part = part
        self._gevent: Any = import_module("gevent")
        self._clock: Any = import_module("gevent.event").AsyncResult()
        self._parent = os.getppid()

    def attach(self) -> None:
        """Take part from now on."""
        self._runner.register_message(orders.CLOCK, self._on_clock)
        self._runner.register_message(orders.SHARE, self._on_share)
        self._runner.register_message(orders.STOP, self._on_stop, concurrent=True)
        runners: Any = import_module("locust.runners")
        runners.MASTER_HEARTBEAT_TIMEOUT = orders.SILENCE_S
        events: Any = self._environment.events
        events.test_start.add_listener(self._on_start)
        self._gevent.spawn(self._say_hello)
        self._gevent.spawn(self._watch_parent)

    def _say_hello(self) -> None:
        shift_s = 0.0 if self._name == HERE else self._ask_for_the_time()
        hello = {"name": self._name, "pid": os.getpid(), "shift_s": shift_s}
        self._runner.send_message(orders.HELLO, hello)

    def _ask_for_the_time(self) -> float:
        """Return what the master's clock shows when the own shows 0, seconds."""
        answers = []
        for _ in range(_CLOCK_QUESTIONS):
            self._clock = import_module("gevent.event").AsyncResult()
            asked_s = time.monotonic()
            self._runner.send_message(orders.CLOCK, {"asked_s": asked_s})
            master_s: float = self._clock.get(timeout=_CLOCK_S)
            took_s = time.monotonic() - asked_s
            answers.append((took_s, master_s - (asked_s + took_s / 2)))
        return min(answers)[1]

    def _on_clock(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - Locust gives it no type
        self._clock.set(msg.data["master_s"])

    def _on_share(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        self._part.share_of(msg.data["index"], msg.data["of"])

    def _on_start(self, **_: object) -> None:
        # Where this machine reaches the environment, not where the master does.
        options: Any = self._environment.parsed_options
        self._environment.host = options.host
        self._runner.send_message(orders.BEGAN, {})

    def _on_stop(self, **_: object) -> None:
        self._runner.stop()
        unhandled = import_module("locust.log").unhandled_greenlet_exception
        self._part.finish(2 if unhandled else 0)
        if self._name != HERE:
            self._send_record(self._runner.send_message)
        self._runner.send_message(orders.DONE, {})

    def _send_record(self, send: Callable[[str, dict[str, Any]], None]) -> None:
        for path in sorted(self._folder.glob(f"{os.getpid()}.*")):
            with path.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    send(orders.PIECE, {"file": path.name, "bytes": piece})
                    self._gevent.sleep(0)  # heartbeats go on

    def _watch_parent(self) -> None:
        """End with whoever started this process: nobody else would end it."""
        while os.getppid() == self._parent:
            self._gevent.sleep(_LOOK_S)
        os._exit(1)
