"""Injections into load tests: the generator dies, or sends nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.plugin.injecting.order import Order
from pytest_pipeline.plugin.injecting.victims import Victim
from pytest_pipeline.plugin.session_state import errand_of

_FIXTURE = "pipeline_load_test"
#: Longest load of a test whose generator sends nothing or dies, seconds.
_LONGEST_S = 3.0
#: How long the generator lives on once it has begun, is waited for, and between two looks; seconds.
_LIVES_S, _BEGINS_S, _LOOK_S = 1.0, 60.0, 0.05
_BEGUN = b'["start",'
_IDLE = """\
from locust import User, constant, task


class Idle(User):
    wait_time = constant(1)

    @task
    def send_nothing(self):
        pass
"""
_LoadTest = Callable[..., LoadResult]


class NoRequests:
    """Gives the victim users that send nothing."""

    def __init__(self, config: pytest.Config, order: Order, victim: Victim) -> None:
        self._config = config
        self._order = order
        self._victim = victim

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Put another locustfile in the place of the test's."""
        load_test = cast("_LoadTest | None", pyfuncitem.funcargs.get(_FIXTURE))
        if pyfuncitem is not self._victim.item or load_test is None:
            return
        locustfile = _folder(self._config) / "locustfile_idle.py"
        locustfile.write_text(_IDLE)

        def idle(_locustfile: object, *, duration_s: float, **asked: Any) -> LoadResult:  # noqa: ANN401 - as given
            self._order.note()
            users = {**asked, "user_classes": ()}
            if users.pop("shape", ""):  # which that locustfile does not have
                users.update(users=1, spawn_rate=1)
            return load_test(locustfile, duration_s=min(duration_s, _LONGEST_S), **users)

        pyfuncitem.funcargs[_FIXTURE] = idle


class DeadGenerator:
    """Kills the generator of the victim's load while it sends requests."""

    def __init__(self, config: pytest.Config, order: Order, victim: Victim) -> None:
        self._config = config
        self._order = order
        self._victim = victim

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> None:
        """Lie in wait for the generator."""
        if pyfuncitem is self._victim.item:
            threading.Thread(target=self._kill, daemon=True).start()

    def _kill(self) -> None:
        deadline_s, pause = time.monotonic() + _BEGINS_S, threading.Event()
        while time.monotonic() < deadline_s:
            for pid in _begun(_folder(self._config)):
                pause.wait(_LIVES_S)
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self._order.note()
                return
            pause.wait(_LOOK_S)


def _folder(config: pytest.Config) -> Path:
    """Return the folder of the stage, below which the generator writes its records."""
    errand = errand_of(config)
    assert errand is not None  # noqa: S101 - tests run, so there is one
    assert errand.handoff is not None  # noqa: S101 - same
    return Path(errand.handoff.folder)


def _begun(folder: Path) -> Iterator[int]:
    """Yield the processes of generators that have begun their load."""
    for record in folder.glob("load-*/load-*/*.record"):
        # Marks are JSON between binary blocks, written at once.
        if _BEGUN in record.read_bytes():
            yield int(record.stem)
