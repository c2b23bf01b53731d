"""How many instances ran, as steps in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.courses import FleetCount
from pytest_pipeline.domain.request_bands import Band, ReleasePair


@dataclass(frozen=True)
class FleetSteps:
    """Running instances between moments.

    Attributes:
        edges_s: The moments, in order; one more than there are counts.
        running: Band to its running instances from each moment to the next; counts, >= 0.
    """

    edges_s: tuple[float, ...]
    running: Mapping[Band, Sequence[int]]

    @property
    def peak(self) -> int:
        """Most instances that ran at the same time; count."""
        return max((sum(each) for each in zip(*self.running.values(), strict=True)), default=0)


def fleet_steps(
    fleet: Sequence[FleetCount], releases: ReleasePair, start_s: float, end_s: float
) -> FleetSteps:
    """Return how many instances of each release ran between two moments.

    What was counted before the first moment holds from there on.

    Args:
        fleet: The counts, in order.
        releases: The two releases of the deployment.
        start_s: The first moment.
        end_s: The last one.
    """
    inside = {each.at_s for each in fleet if start_s < each.at_s < end_s}
    edges_s = (start_s, *sorted(inside), max(start_s, end_s))
    now: dict[str, int] = {}
    rows: dict[Band, list[int]] = {Band.STABLE: [], Band.CANDIDATE: [], Band.OTHER: []}
    remaining = list(reversed(fleet))
    for edge_s in edges_s[:-1]:
        while remaining and remaining[-1].at_s <= edge_s:
            count = remaining.pop()
            now[count.release] = count.running
        for band, row in rows.items():
            row.append(sum(n for name, n in now.items() if releases.band(name) is band))
    return FleetSteps(edges_s, rows)
