"""Cuts a stage into parts that take about as long as each other.

The tests stay in the order of their files, and a part is a run of neighbours: what a module sets up
is set up again at most once for each cut, so at most N-1 times more than in one job.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import median_low

from pytest_pipeline.domain.envelopes import canonical_json, sha256_of

_US_PER_S = 1_000_000


@dataclass(frozen=True)
class CollectedTest:
    """A test, and where it stands.

    Attributes:
        nodeid: Its node id.
        line: Its line in its file, >= 0.
    """

    nodeid: str
    line: int = 0


@dataclass(frozen=True)
class Cut:
    """A stage in parts.

    Attributes:
        ids: Ids of all tests of the stage, in the order in which they are cut.
        ends: Where each part ends; the first one begins at 0.
        fingerprint: Digest of the ids, the durations that were gone by, and the number of parts:
            parts of one cut say the same.
    """

    ids: tuple[str, ...]
    ends: tuple[int, ...]
    fingerprint: str

    @property
    def listed(self) -> str:
        """Digest of the ids of all tests of the stage."""
        return digest_of_ids(self.ids)

    def part(self, number: int) -> tuple[str, ...]:
        """Return the ids of one part.

        Args:
            number: Which one; 1..N.
        """
        start = self.ends[number - 2] if number > 1 else 0
        return self.ids[start : self.ends[number - 1]]


def cut(tests: Sequence[CollectedTest], durations_s: Mapping[str, float], total: int) -> Cut:
    """Cut the tests of a stage so that the longest part takes as little time as can be.

    Where several cuts are as good, the one whose parts have about as many tests as each other.

    Args:
        tests: All tests of the stage, in any order; of tests with one id the first counts.
        durations_s: How long tests took, by id, seconds, >= 0. Of a test that is not among them the
            median of those that are is taken.
        total: How many parts; count, >= 1.
    """
    ids = _sorted(tests)
    known_us = {each: round(durations_s[each] * _US_PER_S) for each in ids if each in durations_s}
    usual_us = median_low(known_us.values()) if known_us else 1
    weights = [known_us.get(each, usual_us) for each in ids]
    by_id = sorted(zip(ids, weights, strict=True))
    fingerprint = sha256_of(canonical_json([total, by_id]))
    return Cut(ids, _ends(weights, total), fingerprint)


def digest_of_ids(nodeids: Sequence[str]) -> str:
    """Return the digest of ids, ``sha256:…``, whatever their order."""
    return sha256_of(canonical_json(sorted(nodeids)))


def _sorted(tests: Sequence[CollectedTest]) -> tuple[str, ...]:
    """Return the ids by file, then by place in the file; a class stays together."""
    lines: dict[str, int] = {}
    for each in tests:
        lines.setdefault(each.nodeid, each.line)
    places = {each: _place(each) for each in lines}
    first: dict[tuple[str, str], int] = {}
    for nodeid, place in places.items():
        first[place] = min(first.get(place, lines[nodeid]), lines[nodeid])

    def key(nodeid: str) -> tuple[str, int, str, int, str]:
        place = places[nodeid]
        file, group = place
        return file, first[place], group, lines[nodeid], nodeid

    return tuple(sorted(lines, key=key))


def _place(nodeid: str) -> tuple[str, str]:
    """Return the file of a test and its class or function there."""
    parts = nodeid.partition("[")[0].split("::")
    return parts[0], parts[1] if len(parts) > 1 else ""


def _ends(weights: Sequence[int], total: int) -> tuple[int, ...]:
    """Return where each part ends.

    Two limits are found one after the other, each the smallest that all parts can keep: of a part's
    sum, then of its number of tests.
    """
    sums = [0, *accumulate(weights)]
    count = len(weights)
    largest = _smallest(
        max([-(-sums[-1] // total), *weights], default=0),
        sums[-1],
        lambda limit: _Limits(sums, limit, count).suffice(total),
    )
    most = _smallest(
        -(-count // total), count, lambda limit: _Limits(sums, largest, limit).suffice(total)
    )
    return _Limits(sums, largest, most).spread(total)


def _smallest(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """Return the smallest number for which something holds that holds for all larger ones."""
    return bisect_left(range(low, high + 1), True, key=holds) + low  # noqa: FBT003 - what is looked for


@dataclass(frozen=True)
class _Limits:
    """What a part may hold.

    Attributes:
        sums: Sums of the first 0, 1, 2 … weights.
        largest: Largest sum of a part.
        most: Most tests of a part; count.
    """

    sums: Sequence[int]
    largest: int
    most: int

    def suffice(self, total: int) -> bool:
        """Return whether so many parts hold all tests."""
        count, place = len(self.sums) - 1, 0
        for _ in range(total):
            if place == count:
                break
            place = self._furthest(place)
        return place == count

    def spread(self, total: int) -> tuple[int, ...]:
        """Return where so many parts end: as evenly by count as the limits allow."""
        count = len(self.sums) - 1
        earliest = [count]
        for _ in range(total - 1):
            earliest.append(self._nearest(earliest[-1]))
        ends: list[int] = []
        place = 0
        for part, least in enumerate(reversed(earliest), start=1):
            place = max(least, min(part * count // total, self._furthest(place)))
            ends.append(place)
        return tuple(ends)

    def _furthest(self, start: int) -> int:
        """Return the furthest end of a part that begins here."""
        furthest = bisect_right(self.sums, self.sums[start] + self.largest) - 1
        return min(furthest, start + self.most)

    def _nearest(self, end: int) -> int:
        """Return the earliest start of a part that ends here."""
        return max(bisect_left(self.sums, self.sums[end] - self.largest), end - self.most, 0)
