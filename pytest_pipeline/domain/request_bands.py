"""Requests by what they got and who answered: the bands of a plot of traffic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.time_bins import TimeBins
from pytest_pipeline.domain.traffic import Outcome, RequestSample


class Band(StrEnum):
    """What becomes of a request, in the order in which bands are stacked.

    ``OTHER`` is an answer of an instance whose release is neither of the two, or not known.
    """

    STABLE = "stable"
    CANDIDATE = "candidate"
    OTHER = "other"
    ERROR = "error"
    LOST = "lost"


#: What deserves attention wherever it is seen.
FAILED_BANDS = (Band.ERROR, Band.LOST)


@dataclass(frozen=True)
class ReleasePair:
    """The two releases of a deployment; on the way back they keep their names and their colours.

    Attributes:
        stable: Name of the release that served before; None for a first deployment.
        candidate: Name of the release that was deployed.
    """

    stable: str | None
    candidate: str

    def band(self, release: str) -> Band:
        """Return the band of a release."""
        if release and release == self.stable:
            return Band.STABLE
        return Band.CANDIDATE if release == self.candidate else Band.OTHER


def releases_of(course: Course) -> ReleasePair:
    """Return the releases of a deployment."""
    return ReleasePair(course.stable, course.candidate)


def requests_per_bin(
    samples: Iterable[RequestSample], releases: ReleasePair, bins: TimeBins
) -> Mapping[Band, Sequence[int]]:
    """Count requests by band and by the bin in which they were due; those never sent in none.

    Returns:
        Every band, with a count for each bin.
    """
    counts = {band: [0] * bins.count for band in Band}
    for each in samples:
        band = _band(each, releases)
        if band is not None:
            counts[band][bins.index(each.intended_s)] += 1
    return counts


def rates(counts: Sequence[int], bins: TimeBins) -> list[float]:
    """Return counts of bins as requests a second."""
    return [each / width_s for each, width_s in zip(counts, bins.widths_s, strict=True)]


def shares_percent(counts: Mapping[Band, Sequence[int]]) -> Mapping[Band, Sequence[float | None]]:
    """Return what percentage of a bin's requests each band has; None where none was due."""
    totals = [sum(each) for each in zip(*counts.values(), strict=True)]
    return {
        band: [
            100 * each / total if total else None for each, total in zip(row, totals, strict=True)
        ]
        for band, row in counts.items()
    }


def _band(sample: RequestSample, releases: ReleasePair) -> Band | None:
    match sample.outcome:
        case Outcome.UNSENT:
            return None
        case Outcome.LOST:
            return Band.LOST
        case Outcome.ERROR:
            return Band.ERROR
        case Outcome.OK:
            return releases.band(sample.release)
