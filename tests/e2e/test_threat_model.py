"""What test code could do about keys; all of it is in `tests/acceptance/test_63_threat_model`."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

from tests.acceptance.threats.reading import READING
from tests.acceptance.threats.signing import SIGNING
from tests.e2e.drills.drill import Drill

THREATS = {each.name: each for each in (*READING, *SIGNING)}
CHOSEN = (
    ("`environ` of all processes above, where that shell said `exec`", "alone"),
    ("all memory of the test process and of those above (`/proc/PID/mem`)", "whole"),
    ("environment, descriptors and memory of the signer process", "alone"),
    ("a test asks the signer process for a forged PASS", "alone"),
    ("a `conftest.py` asks before anybody else does", "whole"),
    ("a test has evidence of another revision signed", "alone"),
)

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="attacks by way of /proc"),
    pytest.mark.skipif(
        os.geteuid() == 0 and not shutil.which("setpriv"),
        reason="root's rights have to be given up, and there is no setpriv",
    ),
]


@pytest.mark.parametrize(("name", "mode"), CHOSEN, ids=[name for name, _ in CHOSEN])
def test_what_is_tried_comes_to_what_the_page_says(drill: Drill, name: str, mode: str) -> None:
    attempt = THREATS[name].attempt(drill, mode)

    assert attempt.came_to == attempt.expected, attempt.run
