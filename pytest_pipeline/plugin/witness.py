"""The witness: sees next to the call what tests do, apart from pytest's reports."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any
from unittest import SkipTest

import pytest

from pytest_pipeline.domain.sightings import RETURNED, SKIPPED, XFAILED, Sighting
from pytest_pipeline.plugin.seal import Seal
from pytest_pipeline.plugin.watched_call import watch

_PREFIX = "witness-"
_NAMED = 3
_SKIPS = (pytest.skip.Exception, SkipTest)
_XFAIL = pytest.xfail.Exception


class Witness:
    """A plugin of every process that runs tests; writes what it saw to a file of its own.

    Its wrappers are the innermost: what others make of a test's end comes after it.
    """

    def __init__(self, folder: Path, worker: str | None, seal: Seal | None) -> None:
        path = folder / f"{_PREFIX}{worker or 'main'}.jsonl"
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self._descriptor = os.open(path, flags, 0o600)
        self._seen: Sighting | None = None
        self._item: pytest.Item | None = None
        self._seal = seal

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note tests that one report would answer for."""
        counts = Counter(item.nodeid for item in session.items)
        for nodeid in [each for each, count in counts.items() if count > 1][:_NAMED]:
            self._complain(f"{counts[nodeid]} tests share the node id {nodeid}")
        if not __debug__:
            self._complain("Python runs with -O, so that assert statements do nothing")

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """See a set-up."""
        self._write()
        seen = self._sighting(item)
        try:
            result = yield
        except BaseException as error:
            seen.setup = self._way_out(item, error)
            raise
        seen.setup = RETURNED
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """See a call, and whether it really is one."""
        seen = self._sighting(item)
        watched = watch(item)
        error: BaseException | None = None
        try:
            result = yield
        except BaseException as raised:
            error = raised
            raise
        finally:
            watched.end()
            if watched.entered:
                error = watched.error
            seen.entered, seen.lenient = watched.entered, watched.lenient
            seen.call = RETURNED if error is None else self._way_out(item, error)
        return result

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """See a tear-down, after which the attempt is over."""
        seen = self._sighting(item)
        try:
            result = yield
        except BaseException as error:
            seen.teardown = self._way_out(item, error)
            raise
        else:
            seen.teardown = RETURNED
        finally:
            self._write()
        return result

    def pytest_runtest_logfinish(self) -> None:
        """Write down what was kept from being torn down."""
        self._write()

    @pytest.hookimpl(tryfirst=True)  # before anybody judges
    def pytest_sessionfinish(self) -> None:
        """Say what was done to the plugin itself."""
        for broken in self._seal.mend() if self._seal else []:
            self._complain(broken)

    def _sighting(self, item: pytest.Item) -> Sighting:
        if self._seen is None or self._item is not item:
            self._seen, self._item = Sighting(item.nodeid), item
        return self._seen

    def _way_out(self, item: pytest.Item, error: BaseException) -> str:
        if isinstance(error, _SKIPS):
            return SKIPPED
        if isinstance(error, _XFAIL):
            return XFAILED
        seen = self._sighting(item)
        seen.expected = any(True for _ in item.iter_markers("xfail"))
        return f"raised {type(error).__name__}"

    def _write(self) -> None:
        seen, self._seen = self._seen, None
        if seen is not None:
            self._append(
                [
                    *(seen.nodeid, seen.setup, seen.call, seen.teardown),
                    *(seen.entered, seen.expected, seen.lenient),
                ]
            )

    def _complain(self, text: str) -> None:
        self._append({"complaint": text})

    def _append(self, said: object) -> None:
        os.write(self._descriptor, json.dumps(said).encode() + b"\n")


def witnessed(folder: Path) -> tuple[list[Sighting], list[str]]:
    """Return what the witnesses of a stage saw, and what they complain about."""
    sightings, complaints = [], []
    for path in sorted(folder.glob(f"{_PREFIX}*.jsonl")):
        for said in _lines(path):
            if isinstance(said, dict):
                complaints.append(said["complaint"])
            else:
                sightings.append(Sighting(*said))
    return sightings, list(dict.fromkeys(complaints))


def _lines(path: Path) -> Iterable[Any]:
    for line in path.read_bytes().splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # cut off by a crash
            continue
