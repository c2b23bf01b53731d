"""A release that is a fifth slower is found side by side; one that is equal is not."""

from __future__ import annotations

import pytest

from tests.acceptance.conftest import Show
from tests.acceptance.slower_releases import (
    COLUMNS,
    Judged,
    compare_side_by_side,
    slow_down,
)
from tests.e2e.drills.drill import Drill
from tests.e2e.drills.repository import Repository

_WITHIN_S = 900


@pytest.mark.timeout(2400)
def test_a_fifth_slower_is_found_and_the_same_is_not(
    drill: Drill, sample: Repository, show: Show
) -> None:
    compare_side_by_side(sample)
    first = judged(drill, sample, "the first")
    median_ms = first.objective["value"]
    sample.append("orders/app.py", "\n# Nothing but a comment.\n")
    sample.commit("Say more")
    equal = judged(drill, sample, "no other but for a comment")
    slow_down(sample, 0.2 * median_ms / 1000)
    slower = judged(drill, sample, f"{0.2 * median_ms:.2f} ms slower of {median_ms:.2f} ms")
    show("releases of the sample service, side by side", COLUMNS, [
        each.row for each in (first, equal, slower)
    ])  # fmt: skip

    assert (first.run.exit_code, first.objective["verdict"]) == (0, "WARN"), first.run
    assert (equal.run.exit_code, equal.objective["verdict"]) == (0, "PASS"), equal.run
    assert (slower.run.exit_code, slower.objective["verdict"]) == (20, "FAIL"), slower.run
    assert equal.stage["side_by_side"]["stable"] == "r1"
    assert slower.stage["side_by_side"]["stable"] == "r2"
    assert not drill.belongings.running()


def judged(drill: Drill, sample: Repository, name: str) -> Judged:
    """Return what the pipeline makes of the sample service as it is now."""
    through = "--pipeline-through=performance"
    run = drill.pytest(sample, "--pipeline", through, within_s=_WITHIN_S)
    assert run.summary["stages"][-1]["name"] == "performance", run
    return Judged(name, run)
