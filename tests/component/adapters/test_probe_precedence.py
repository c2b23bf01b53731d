"""The generator is scheduled before instances, where the system grants that."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

ASK = """
import os, sys
from pytest_pipeline.adapters.traffic_probe.precedence import take_precedence
if sys.argv[1] == "nobody":
    os.setuid(65534)
take_precedence()
print(os.getpriority(os.PRIO_PROCESS, 0))
"""


def granted() -> bool:
    """Return whether this user may be preferred."""
    child = os.fork()
    if child == 0:
        try:
            os.setpriority(os.PRIO_PROCESS, 0, -1)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("user", ["own", "nobody"])
def test_precedence_is_taken_where_it_is_granted_and_nothing_breaks_elsewhere(user: str) -> None:
    if user == "nobody" and os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    before = os.getpriority(os.PRIO_PROCESS, 0)

    asked = subprocess.run(
        [sys.executable, "-c", ASK, user],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        start_new_session=True,
    )

    preferred = user == "own" and granted()
    assert int(asked.stdout) == (-10 if preferred else before)
