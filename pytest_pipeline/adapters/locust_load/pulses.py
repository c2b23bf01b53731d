"""Reads how a load goes, which the processes of the generator write down; see `pulse`."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from pytest_pipeline.adapters.locust_load.pulse import INTERVAL_S
from pytest_pipeline.domain.load_pulse import LoadPulse, together

#: What a pulse that ceased may be old, seconds: the process died, or has no time for it.
OLDEST_S = 5 * INTERVAL_S


def read_pulse(folder: Path) -> LoadPulse | None:
    """Return how the load goes that is made now; None where there is none.

    Args:
        folder: Folder of a stage, whose load tests have folders in it.
    """
    found = []
    for path in folder.glob("load-*/load-*/live-*.json"):
        with suppress(OSError, ValueError, TypeError):  # it ended just now
            if time.time() - path.stat().st_mtime < OLDEST_S:
                found.append(LoadPulse(**json.loads(path.read_text(encoding="utf-8"))))
    return together(found)
