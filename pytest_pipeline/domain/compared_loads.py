"""What the load of a stage was compared with, side by side, for the summary of an execution."""

from __future__ import annotations

from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.side_by_side import Sides
from pytest_pipeline.domain.tallies import StageRun


def compared_loads(run: StageRun) -> dict[str, object] | None:
    """Return the entry of the summary file (see the reference, "Summary file").

    Args:
        run: The run of the stage.

    Returns:
        None where nothing was to be compared side by side.
    """
    if run.beside is None:
        return None
    return {
        "stable": run.beside.release or None,
        "missing": run.beside.missing,
        "passed_over": run.beside.passed_over,
        "loads": [_load(nodeid, load, load.sides) for nodeid, load in run.loads if load.sides],
    }


def _load(nodeid: str, load: LoadResult, sides: Sides) -> dict[str, object]:
    return {
        "test": nodeid,
        "duration_s": round(load.duration_s, 3),
        "runs": [
            {"side": str(each.side), "block": each.block, "figures": dict(each.figures)}
            for each in sides.runs
        ],
    }
