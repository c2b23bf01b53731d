"""While a load runs, a terminal that people watch shows how it goes, and a pipe does not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from pytest_pipeline.domain.load_pulse import LoadPulse
from pytest_pipeline.plugin.live_load import LiveLoad, live_load

PULSE = LoadPulse(1.0, 5.0, 2, 20, 20.0, 3.5, 0)
DEADLINE_S = 10


class Screen:
    """Progress that tells when a line came, and when it went."""

    def __init__(self) -> None:
        self.shown, self.gone = threading.Event(), threading.Event()
        self.text = ""

    def section(self, title: str) -> None:
        raise NotImplementedError

    def line(self, text: str) -> None:
        assert text == ""

    def busy(self, text: str) -> None:
        self.text = text
        self.shown.set()

    def idle(self) -> None:
        self.gone.set()


@pytest.fixture
def stage(tmp_path: Path) -> Path:
    own = tmp_path / "load-test" / "load-run"
    own.mkdir(parents=True)
    (own / "live-1.json").write_text(json.dumps(asdict(PULSE)))
    return tmp_path


@contextmanager
def watched(stage: Path, screen: Screen) -> Iterator[LiveLoad]:
    writer = SimpleNamespace(width_of_current_line=3)
    config = cast("pytest.Config", SimpleNamespace(get_terminal_writer=lambda: writer))
    live = LiveLoad(config, stage, screen)
    with live.watching():
        yield live


def test_the_line_comes_with_the_load_and_goes_with_it(stage: Path) -> None:
    screen = Screen()

    with watched(stage, screen):
        assert screen.shown.wait(DEADLINE_S)
        (stage / "load-test" / "load-run" / "live-1.json").unlink()
        assert screen.gone.wait(DEADLINE_S)

    assert screen.text == str(PULSE)


def test_the_line_goes_before_a_report_is_written(stage: Path) -> None:
    screen = Screen()

    with watched(stage, screen) as live:
        assert screen.shown.wait(DEADLINE_S)
        live.pytest_runtest_logreport()

        assert screen.gone.is_set()


def test_nothing_watches_where_output_is_piped(
    stage: Path, pytestconfig: pytest.Config, capfd: pytest.CaptureFixture[str]
) -> None:
    before = threading.active_count()

    with live_load(pytestconfig, stage, tests_elsewhere=True):
        running = threading.active_count()

    assert running == before
    assert capfd.readouterr() == ("", "")
