"""What test code of a hostile suite could do about keys and evidence, each tried for real.

Every row is one of ``docs/explanation/threat-model.md``; where one comes to something else, the
page has to change.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.threats.reading import READING
from tests.acceptance.threats.signing import SIGNING
from tests.acceptance.threats.threat import MODES, Threat
from tests.e2e.drills.drill import Drill

GROUPS = {"reading the key": READING, "having something signed": SIGNING}
COLUMNS = ("what was tried", *MODES)
PAGE = Path(__file__).parents[2] / "docs/explanation/threat-model.md"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="attacks by way of /proc")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("group", GROUPS)
def test_what_is_tried_comes_to_what_the_page_says(group: str, drill: Drill, show: Show) -> None:
    rows, wrong = [], []
    for threat in GROUPS[group]:
        cells = []
        for mode in MODES:
            attempt = threat.attempt(drill, mode)
            cells.append(attempt.came_to)
            if attempt.came_to != attempt.expected:
                wrong.append(f"{threat.name}, {mode}: {attempt.came_to}, not {attempt.expected}")
                wrong.append(f"{attempt.loot}\n{attempt.run.output[-3000:]}")
        rows.append((threat.name, *cells))
    show(f"threats: {group}", COLUMNS, rows)

    assert not wrong, "\n".join(wrong)


def test_the_page_has_every_row_and_no_other() -> None:
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    documented = {row[0]: row[1:] for row in rows if row[1].startswith("could")}
    every: list[Threat] = [threat for threats in GROUPS.values() for threat in threats]

    assert documented == {each.name: each.row for each in every}
