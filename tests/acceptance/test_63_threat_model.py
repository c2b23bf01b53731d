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
from tests.acceptance.threats.writing import WRITING, Staged
from tests.e2e.drills.drill import Drill

GROUPS = {"reading the key": READING, "having something signed": SIGNING}
_WIDTH = 100
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


@pytest.mark.timeout(300)
def test_what_is_put_in_the_place_of_evidence_promotes_nothing(drill: Drill, show: Show) -> None:
    staged, rows, wrong = Staged(drill), [], []
    for forgery in WRITING:
        staged.folder.file.write_text(forgery.forge(staged.folder))
        run = staged.next()
        said = next((each for each in run.output.splitlines() if "stage unit" in each), "")
        rows.append((forgery.name, f"exit {run.exit_code}", said.strip()[:_WIDTH]))
        if run.exit_code != forgery.code:
            wrong.append(f"{forgery.name}: {run}")
    show("threats: writing the folder", ("in the place of evidence", "next stage", "it says"), rows)

    assert not wrong, "\n".join(wrong)


def test_every_row_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| (.+) \| (.+) \| (.+) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    documented = {row[0]: row[1:] for row in rows if row[1].startswith("could")}
    forged = dict(re.findall(r"^\| ([^|]+) \| (could[^|]*) \|$", PAGE.read_text(), re.MULTILINE))
    every: list[Threat] = [threat for threats in GROUPS.values() for threat in threats]

    assert documented == {each.name: each.row for each in every}
    assert forged == {each.name: each.expected for each in WRITING}
