"""Shows how a load goes while it runs: one line, on a terminal that people watch."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.engine.ports import LoadRunner
from pytest_pipeline.engine.progress import Progress

#: How often the line is renewed, seconds; the generator renews what it shows once a second.
_INTERVAL_S = 0.5
#: What the line of tests that run elsewhere is registered as.
LIVE_NAME = "pipeline-live-load"


class LiveLoad:
    """The line of one stage; reports push it aside.

    Args:
        config: The session's, in the process that owns the terminal.
        folder: Folder of the stage.
        screen: Shows the line.
    """

    def __init__(self, config: pytest.Config, folder: Path, screen: Progress) -> None:
        self._config = config
        self._folder = folder
        self._screen = screen
        self._lock = threading.Lock()
        self._shown = False

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Show how load goes until the end."""
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(ended,), name="live load", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
            self.hide()

    def hide(self) -> None:
        """Take the line away, for something else is about to be written."""
        with self._lock:
            if self._shown:
                self._screen.idle()
                self._shown = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self) -> None:
        """Make room for the name of a test."""
        self.hide()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self) -> None:
        """Make room for its outcome."""
        self.hide()

    def _watch(self, ended: threading.Event) -> None:
        while not ended.wait(_INTERVAL_S):
            said = wiring.load_progress(self._folder)
            if said:
                self._show(said)
            else:
                self.hide()

    def _show(self, text: str) -> None:
        with self._lock:
            if not self._shown and self._config.get_terminal_writer().width_of_current_line:
                self._screen.line("")
            self._screen.busy(text)
            self._shown = True


_LIVE = pytest.StashKey[LiveLoad]()


@contextmanager
def live_load(config: pytest.Config, folder: Path, *, tests_elsewhere: bool) -> Iterator[None]:
    """Show how the load tests of a stage go, where people watch; nothing elsewhere.

    Args:
        config: The session's.
        folder: Folder of the stage.
        tests_elsewhere: Whether its tests run in other processes than this one: else the line is
            shown by `ShownLoadRunner` alone, as a thread beside tests would be in their way.
    """
    descriptor = _terminal(config)
    if descriptor is None:
        yield
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        live = LiveLoad(config, folder, wiring.progress_on(stream, is_terminal=True)[0])
        if not tests_elsewhere:
            config.stash[_LIVE] = live
            yield
            return
        config.pluginmanager.register(live, LIVE_NAME)
        try:
            with live.watching():
                yield
        finally:
            config.pluginmanager.unregister(live)


class ShownLoadRunner:
    """A `LoadRunner` for tests of this very process: people see how their load goes.

    Args:
        config: The session's.
        runner: Makes the load.
    """

    def __init__(self, config: pytest.Config, runner: LoadRunner) -> None:
        self._live = config.stash.get(_LIVE, None)
        self._runner = runner

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Run a load test to its end; see the port.

        Raises:
            LoadError: If the generator could not be run at all.
        """
        if self._live is None:
            return self._runner.run(spec, folder=folder)
        with self._live.watching():
            return self._runner.run(spec, folder=folder)


def _terminal(config: pytest.Config) -> int | None:
    """Return a descriptor of the terminal that no capturing of output touches; None for none."""
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if terminal is None or config.option.verbose < 0 or os.environ.get("CI"):
        return None
    with suppress(OSError, ValueError, AttributeError):
        if config.get_terminal_writer().hasmarkup and sys.stdout.isatty():
            return os.dup(sys.stdout.fileno())
    return None
