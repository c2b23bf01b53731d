"""Side by side: the release under test and stable, under the same load by turns, run by run."""

from pytest_pipeline.domain.side_by_side.runs import Side, SideRun, Sides
from pytest_pipeline.domain.side_by_side.settings import SideBySide

__all__ = ["Side", "SideBySide", "SideRun", "Sides"]
