"""The file that tells a session of smoke tests what to do, and that only its owner may read.

The session deletes nothing: whoever wrote the file does, when the session has ended.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from pytest_pipeline.adapters.smoke_tests.asked import Asked
from pytest_pipeline.domain.handoffs import Handoff

#: The plugin's option, whose value is the file.
OPTION = "--pipeline-smoke"


@contextmanager
def errand_file(path: Path, asked: Asked, handoff: Handoff, *, result: Path) -> Iterator[None]:
    """Have the file within this context; it holds the URLs of resources.

    Args:
        path: Where; nothing may be there.
        asked: What is run.
        handoff: What tests are told.
        result: Where the session writes what its tests came to.
    """
    errand = {"layers": asked.layers, "result": str(result), "handoff": asdict(handoff)}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(errand, file)
        yield
    finally:
        path.unlink(missing_ok=True)
