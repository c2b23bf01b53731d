"""Ways to look green, each run for real: what is caught, and what by design cannot be.

A row whose exit codes hold a 0 is a way that works. It is listed in
``docs/explanation/gates-that-cannot-be-fooled.md``; when it stops working, this fails, and the page
has to change.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.hostile.plugin_parts import PLUGIN_PARTS
from tests.acceptance.hostile.reports import REPORTS
from tests.acceptance.hostile.selections import SELECTIONS
from tests.acceptance.hostile.sessions import SESSIONS
from tests.acceptance.hostile.trick import MODES, Trick, refusal
from tests.e2e.drills.drill import Drill

GROUPS = {
    "reports": REPORTS,
    "selections": SELECTIONS,
    "sessions": SESSIONS,
    "the plugin": PLUGIN_PARTS,
}
COLUMNS = ("what was done", "stage alone", "whole run", "evidence", "it says")
_WIDTH = 90
PAGE = Path(__file__).parents[2] / "docs/explanation/gates-that-cannot-be-fooled.md"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("group", GROUPS)
def test_what_looks_green_is_caught_or_known(group: str, drill: Drill, show: Show) -> None:
    rows, wrong = [], []
    for trick in GROUPS[group]:
        runs = [trick.run(drill, mode) for mode in MODES]
        codes = tuple(run.exit_code for run in runs)
        said = [refusal(run, trick.said)[-_WIDTH:] for run in runs]
        left = tuple(trick.evidence(drill, mode) for mode in MODES)
        rows.append((trick.name, *map(_decided, codes), " / ".join(left), said[0]))
        if not _as_expected(trick, codes, left) or (trick.said and not all(said)):
            wanted = f"{trick.codes}, {trick.evidence_left} and {trick.said!r}"
            wrong.append(f"{trick.name}: {codes}, {left}, wanted {wanted}")
            wrong += [run.output[-3000:] for run in runs]
    show(f"ways to look green: {group}", COLUMNS, rows)

    assert not wrong, "\n".join(wrong)


def test_what_is_not_caught_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    every: list[Trick] = [trick for tricks in GROUPS.values() for trick in tricks]
    undocumented = [each.name for each in every if 0 in each.codes and each.name not in page]

    assert len(every) >= 40
    assert not undocumented


def _as_expected(trick: Trick, codes: tuple[int, ...], left: tuple[str, ...]) -> bool:
    """Whether it ended as expected, and what was caught left nothing to go on with."""
    if codes != trick.codes:
        return False
    expected = zip(codes, left, trick.evidence_left, strict=True)
    return all(
        found == wanted if code == 0 else "PASS" not in found for code, found, wanted in expected
    )


def _decided(code: int) -> str:
    return "not caught" if code == 0 else f"exit {code}"
