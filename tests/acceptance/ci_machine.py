"""The machine of a CI system: an installed Python, and nothing of this one's."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_REPOSITORY = Path(__file__).parents[2]
_INSTALL_S = 600.0

#: `pip`, but what is not published comes from this repository, and uv does the work.
_PIP = """\
import os, sys

ours = {{"pytest-pipeline-gates[all]": ["-e", "{repository}[all]"]}}
command, *asked = [part for each in sys.argv[1:] for part in ours.get(each, [each])]
os.execv("{uv}", ["{uv}", "pip", command, "--quiet", "--python", "{python}", *asked])
"""


@dataclass(frozen=True)
class Machine:
    """A Python of its own, which the install steps of jobs install into.

    Attributes:
        folder: Its virtual environment.
    """

    folder: Path

    def environ(self, outer: Mapping[str, str]) -> dict[str, str]:
        """Return the variables of an outer environment, with this Python before all others."""
        inner = {name: text for name, text in outer.items() if name not in _OF_PYTHON}
        return {**inner, "PATH": f"{self.folder / 'bin'}:{outer['PATH']}"}


#: What would lead to another Python than that on PATH.
_OF_PYTHON = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")


def set_up(folder: Path) -> Machine:
    """Make a machine, with `pip` and nothing else."""
    from uv import find_uv_bin  # noqa: PLC0415 - of the extra that deploys

    uv = find_uv_bin()
    subprocess.run([uv, "venv", "--quiet", str(folder)], check=True, timeout=_INSTALL_S)
    python, script = folder / "bin" / "python", folder / "bin" / "pip"
    program = folder / "pip.py"
    program.write_text(_PIP.format(repository=_REPOSITORY, uv=uv, python=python), encoding="utf-8")
    script.write_text(f'#!/bin/sh\nexec "{python}" "{program}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return Machine(folder)
