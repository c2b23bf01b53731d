"""Where a test failed: file and line, read from what its failure said."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pytest_pipeline.domain.test_records import TestRecord

#: How pytest ends each entry of a traceback: ``tests/test_a.py:12: AssertionError``.
_PLACE = re.compile(r"^(?P<path>[^\s:][^:\n]*\.py):(?P<line>\d+):", re.MULTILINE)


@dataclass(frozen=True)
class Place:
    """A place in a source file.

    Attributes:
        path: Path of the file, with slashes.
        line: Number of the line, >= 1; None where it is not known.
    """

    path: str
    line: int | None = None

    def __str__(self) -> str:
        """Return the place as compilers write it."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def place_of(record: TestRecord, *, folder: str = "") -> Place:
    """Return where a test failed: the last line of its own file in the traceback.

    Args:
        record: The test.
        folder: Folder that its node id is relative to, as seen from where paths count.
    """
    own = record.nodeid.split("::", 1)[0].replace("\\", "/")
    path = f"{folder}/{own}" if folder else own
    failure = record.first_failure
    lines = [
        int(found["line"])
        for found in _PLACE.finditer(failure.failure if failure else "")
        if _same_file(found["path"].replace("\\", "/"), own)
    ]
    return Place(path, lines[-1] if lines else None)


def _same_file(path: str, own: str) -> bool:
    return f"/{path}".endswith(f"/{own}") or f"/{own}".endswith(f"/{path}")


def headline(text: str) -> str:
    """Return the line of a failure that says most: the first that pytest marks with ``E``."""
    lines = [line for line in text.splitlines() if line.strip()]
    marked = next((line[1:].strip() for line in lines if line.startswith("E ")), "")
    return marked or (lines[-1].strip() if lines else "")
