"""What was installed, written last, so that an interrupted or altered installation is seen."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_NAME = "installed.json"
# What Python would run although nobody installed it. Other files may appear: caches, for example.
_RUN_BY_PYTHON = (".py", ".pth", ".so")


@dataclass(frozen=True)
class InstallationRecord:
    """What an installation was right after it was made.

    Attributes:
        place: Path of the virtual environment; its scripts work nowhere else.
        python: Version and path of the interpreter behind it.
        files: Path inside of it to the content's SHA-256 in hex.
    """

    place: str
    python: str
    files: Mapping[str, str]

    def fits(self, place: Path) -> bool:
        """Return whether an environment at this place can run here."""
        return (self.place, self.python) == (str(place), running_python())

    def differences(self, place: Path) -> list[str]:
        """Return what was altered, deleted or added since, for people."""
        found = _digests(place)
        kept = self.files.keys() & found.keys()
        return [
            *(f"altered: {name}" for name in sorted(kept) if self.files[name] != found[name]),
            *(f"missing: {name}" for name in sorted(self.files.keys() - found.keys())),
            *(
                f"not installed: {name}"
                for name in sorted(found.keys() - self.files.keys())
                if name.endswith(_RUN_BY_PYTHON)
            ),
        ]


def running_python() -> str:
    """Return which Python runs: version, and path of the interpreter behind an environment."""
    return f"{sys.version.split()[0]} {os.path.realpath(sys.executable)}"


def record(place: Path) -> None:
    """Say that an installation is complete."""
    written = InstallationRecord(str(place), running_python(), _digests(place))
    path = place / _NAME
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(written.__dict__), encoding="utf-8")
    temporary.replace(path)


def read_record(place: Path) -> InstallationRecord | None:
    """Return what an installation was; None if it is not complete."""
    try:
        data = json.loads((place / _NAME).read_text(encoding="utf-8"))
        return InstallationRecord(data["place"], data["python"], data["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _digests(place: Path) -> dict[str, str]:
    digests = {}
    for folder, _, names in os.walk(place):
        for name in names:
            path = f"{folder}/{name}"
            if name == _NAME or os.path.islink(path):  # noqa: PTH114 - thousands of paths
                continue
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            digests[os.path.relpath(path, place)] = digest
    return digests
