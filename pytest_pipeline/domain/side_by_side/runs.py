"""Runs of a load test against two releases by turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which release a run was against."""

    CANDIDATE = "candidate"
    STABLE = "stable"


@dataclass(frozen=True)
class SideRun:
    """One run.

    Attributes:
        side: Which release it was against.
        block: Number of its block, from 0; a block has two runs of each side.
        figures: What it measured, by measure (``load.p95_ms``), in the measure's unit; a figure
            that it lacks was not measured.
    """

    side: Side
    block: int
    figures: Mapping[str, float]


@dataclass(frozen=True)
class Sides:
    """A load test that was run side by side.

    Attributes:
        stable: Name of the release that the candidate was compared with, ``r6``.
        runs: Every counted run, in the order in which they ran; whole blocks only.
    """

    stable: str
    runs: tuple[SideRun, ...] = ()

    @property
    def blocks(self) -> int:
        """Blocks that were run; count."""
        return len({each.block for each in self.runs})

    def of(self, side: Side) -> tuple[SideRun, ...]:
        """Return the runs of a side, in order."""
        return tuple(each for each in self.runs if each.side is side)


def sides_from_record(record: object) -> Sides | None:
    """Read sides as `dataclasses.asdict` wrote them; None where there are none.

    Raises:
        TypeError: If it is something else.
        KeyError: Likewise.
        ValueError: If a side is not known.
    """
    if record is None:
        return None
    if not isinstance(record, Mapping):
        raise TypeError(f"not runs side by side: {record!r}")
    runs = (
        SideRun(Side(each["side"]), int(each["block"]), dict(each["figures"]))
        for each in record["runs"]
    )
    return Sides(str(record["stable"]), tuple(runs))
