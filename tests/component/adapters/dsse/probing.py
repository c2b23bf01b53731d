"""Runs a program in a process that gets a key in its environment, and returns what it says."""

import os
import subprocess
import sys
from collections.abc import Mapping

_TIMEOUT_S = 60


def run_with(program: str, variables: Mapping[str, str]) -> str:
    """Return the standard output of a Python program.

    Args:
        program: Its text.
        variables: More environment variables.
    """
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=_TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
