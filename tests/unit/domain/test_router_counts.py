from __future__ import annotations

import pytest

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.router_counts import RouterReading, counted_between


def reading(**pools: tuple[int, int, int]) -> RouterReading:
    """Return a reading of pools: requests, errors, and of these the router's."""
    return RouterReading(
        {
            name: PoolStatistics(requests, errors, float(requests), own)
            for name, (requests, errors, own) in pools.items()
        }
    )


def test_what_is_counted_is_the_difference_over_all_releases() -> None:
    before, after = reading(r1=(10, 3, 1), r2=(0, 0, 0)), reading(r1=(40, 9, 3), r2=(10, 1, 0))

    assert counted_between(before, after).measurements == {
        "router.requests": 40,
        "router.errors": 2,
        "router.error_ratio": 0.05,
    }


def test_without_a_request_there_is_no_ratio() -> None:
    found = counted_between(reading(r1=(10, 3, 1)), reading(r1=(10, 3, 1)))

    assert found.measurements == {"router.requests": 0, "router.errors": 0}
    assert found.reason == "no request went through the router"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (reading(r1=(10, 0, 0)), reading(r1=(9, 0, 0)), "fell"),
        (reading(r1=(10, 2, 2)), reading(r1=(90, 1, 1)), "fell"),
        (reading(r1=(10, 0, 0)), reading(r2=(20, 0, 0)), "changed"),
        (reading(), reading(), "changed"),
        (RouterReading(failure="no answer"), reading(r1=(1, 0, 0)), "no answer"),
        (reading(r1=(1, 0, 0)), RouterReading(failure="no answer"), "no answer"),
    ],
)
def test_what_cannot_be_told_is_not_measured(
    before: RouterReading, after: RouterReading, reason: str
) -> None:
    found = counted_between(before, after)

    assert found.measurements == {}
    assert reason in found.reason
