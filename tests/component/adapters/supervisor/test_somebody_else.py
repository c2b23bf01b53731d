"""Somebody who has the environment, or looks at it, is in the supervisor's way for a moment."""

from __future__ import annotations

import fcntl
import threading
from dataclasses import replace
from typing import IO, TYPE_CHECKING

import pytest

from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
from pytest_pipeline.adapters.supervisor import nameplate
from pytest_pipeline.adapters.supervisor.pulse import Pulse, feel
from pytest_pipeline.errors import ConcurrencyError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.component.adapters.supervisor.conftest import Home, Process

BUSY = 75
OPEN = Pulse(is_deploying=True)


def test_one_that_was_busy_is_no_failure_and_what_died_is_not_forgotten(
    home: Home, alive: Process, dead: Process
) -> None:
    home.keep(alive, dead)
    supervision = replace(home.supervision("in use by execution e1", BUSY), busy=BUSY)
    supervision.look()
    after = (supervision.restraint.failures, supervision.mended, supervision.problem)
    home.keep(alive)  # the other one wrote down that it is gone, and has not started it
    supervision.mend = [*supervision.mend[:-2], "mended", "0"]

    supervision.look()

    assert after == (0, 0, "")
    assert home.times_mended == 2
    assert (supervision.mended, supervision.unmended) == (1, ())


def let_go_soon(file: IO[str]) -> threading.Timer:
    timer = threading.Timer(0.1, lambda: fcntl.flock(file, fcntl.LOCK_UN))
    timer.start()
    return timer


def test_a_supervisor_starts_although_somebody_looks_at_the_nameplate(tmp_path: Path) -> None:
    path = nameplate.path_of(tmp_path, "staging")
    with path.open("a+") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        timer = let_go_soon(looked_at)
        plate = nameplate.claim(path)
        timer.join()

    assert plate is not None
    assert nameplate.claim(path) is None
    plate.close()


def test_an_environment_is_taken_although_somebody_looks_who_has_it(tmp_path: Path) -> None:
    folder, other = EnvironmentFolder(tmp_path), EnvironmentFolder(tmp_path)
    with (tmp_path / "staging.lock").open("a+") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        timer = let_go_soon(looked_at)
        folder.acquire("staging", by="execution e1")
        timer.join()

    with pytest.raises(ConcurrencyError, match="execution e1"):
        other.acquire("staging", by="execution e2")
    folder.yield_up("staging")


@pytest.mark.parametrize(
    ("journal", "pulse"),
    [
        ('{"kind":"begin"}\n{"kind":"ended","phase":"succeeded"}\n', Pulse()),
        ('{"kind":"begin"}\n{"kind":"ended","pha', OPEN),
        ('{"kind":"ended"}\n{"kind":"done"}\n', OPEN),
        ("", OPEN),
        (None, OPEN),
    ],
)
def test_a_deployment_that_is_over_by_its_journal_does_not_keep_the_supervisor_off(
    home: Home, alive: Process, journal: str | None, pulse: Pulse
) -> None:
    state, home = home.folder, replace(home, folder=home.folder / "environments")
    home.folder.mkdir()
    if journal is not None:
        (state / "journal").mkdir()
        (state / "journal" / "d1.jsonl").write_text(journal)

    home.keep(alive, alive, deployment="d1")

    assert feel(home.record) == pulse
