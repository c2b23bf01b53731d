"""The worked example of the page on how performance is judged is what the gate says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_pipeline.domain.gates import judge
from pytest_pipeline.domain.side_by_side.spending import ON_FAILING, ON_PASSING, shares
from pytest_pipeline.domain.side_by_side.stage_sides import RunsBeside
from tests.unit.domain.side_by_side.releases import P95, gate_of, sides_of

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "how-performance-is-judged.md"


def column(name: str) -> list[float]:
    """Return the figures of a column of the worked example."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if re.match(r"\| (block|\d) \|", line)
    ]
    place = rows[0].index(name)
    return [float(figure) for row in rows[1:] for figure in row[place].split(",")]


@pytest.mark.parametrize("candidate", ["equal", "slower", "noisy"])
def test_each_candidate_comes_to_the_verdict_that_the_page_says(candidate: str) -> None:
    sides = sides_of(column(candidate), column("stable"))

    found = judge(gate_of("<= +10%"), {P95: 1.0}, beside=RunsBeside((("test", sides),)))

    told = f"{candidate:8}{found.verdict:14}{found.results[0].reason}"
    assert told in PAGE.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("said", "slowness", "level"),
    [("FAIL (5 %)", ON_FAILING, 0.05), ("PASS (10 %)", ON_PASSING, 0.1)],
)
def test_the_shares_of_the_looks_are_those_that_the_page_says(
    said: str, slowness: float, level: float
) -> None:
    cells = " | ".join(f"{share:.0%}".replace("%", " %") for share in shares(4, level, slowness))

    assert f"| of the error for a {said} | {cells} |" in PAGE.read_text(encoding="utf-8")
