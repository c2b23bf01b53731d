"""Evidence of a hundred thousand tests: kept, read and judged again at once, in little space."""

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
_MOST_BYTES = 60_000_000
_ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)
def test_evidence_of_a_hundred_thousand_tests_is_kept_in_two_seconds(show: Show) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.reporting", str(_TESTS)],
        cwd=_ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    cost = json.loads(run.stdout)
    rows = [
        ("report and evidence written, signed", f"{cost['write_s']:.2f} s"),
        ("evidence read, signature checked", f"{cost['read_evidence_s']:.2f} s"),
        ("report read, and checked to the byte", f"{cost['read_report_s']:.2f} s"),
        ("file of the report", f"{cost['reports_bytes'] / 1e6:.1f} MB"),
        ("file of the evidence", f"{cost['evidence_bytes'] / 1e6:.1f} MB"),
        ("memory at the peak", f"{cost['peak_bytes'] / 1024**2:.0f} MiB"),
        ("of this, before", f"{cost['before_bytes'] / 1024**2:.0f} MiB"),
    ]
    show(f"{_TESTS:,} tests, time of the processor", ("what", "cost"), rows)

    assert cost["same"]
    assert max(cost["write_s"], cost["read_evidence_s"], cost["read_report_s"]) <= _LONGEST_S
    assert cost["reports_bytes"] + cost["evidence_bytes"] <= _MOST_BYTES
