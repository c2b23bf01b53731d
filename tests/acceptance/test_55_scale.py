"""Acceptance 5.5: a hundred thousand tests are judged at once, in little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Show

_TESTS = 100_000
_LONGEST_S = 2.0
_MOST_BYTES = 300 * 1024 * 1024
_ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_a_hundred_thousand_tests_are_judged_in_two_seconds(show: Show) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.judging", str(_TESTS)],
        cwd=_ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    cost = json.loads(run.stdout)
    rows = [
        ("read from the wire, while tests run", f"{cost['read_s']:.2f} s"),
        ("taken into the record", f"{cost['take_s']:.2f} s"),
        ("judged", f"{cost['judge_s']:.2f} s"),
        ("peak of the memory", f"{cost['peak_bytes'] / 1024**2:.0f} MiB"),
    ]
    show(f"{_TESTS:,} tests, time of the processor", ("what", "cost"), rows)

    assert (cost["failed"], cost["flaky"]) == (1000, 1000)
    assert cost["take_s"] + cost["judge_s"] <= _LONGEST_S
    assert cost["peak_bytes"] <= _MOST_BYTES
