"""Deployments of good and bad releases one after the other, by every strategy."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.strategies import STRATEGIES
from tests.integration.rollouts.place import Place

every_strategy = pytest.mark.parametrize("strategy", list(STRATEGIES))
#: How a release is bad.
ways_to_be_bad = pytest.mark.parametrize("how", ["never ready", "errors", "no launch"])


def make_bad(place: Place, number: int, how: str) -> None:
    match how:
        case "never ready":
            place.health.never_ready(number)
        case "errors":
            place.router.failing.add(f"r{number}")
        case _:
            place.target.fail_launch(f"r{number}-1")


def assert_alone(place: Place, number: int) -> None:
    assert place.serving() == {f"r{number}": 100}
    assert place.running() == [f"r{number}-0", f"r{number}-1"]
    assert place.promoted() == f"r{number}"


@every_strategy
@ways_to_be_bad
def test_a_bad_release_after_a_good_one_leaves_the_good_one(
    place: Place, strategy: str, how: str
) -> None:
    place.configure(strategy)
    good = place.deploy()
    make_bad(place, 3, how)

    bad = place.deploy()

    assert (good.exit_code, bad.exit_code) == (ExitCode.OK, ExitCode.ROLLED_BACK)
    assert_alone(place, 2)


@every_strategy
@ways_to_be_bad
def test_a_good_release_after_a_bad_one_serves(place: Place, strategy: str, how: str) -> None:
    place.configure(strategy)
    make_bad(place, 2, how)
    place.deploy()

    good = place.deploy()

    assert good.exit_code == ExitCode.OK, good.failures
    assert good.record is not None
    assert (good.record.stable, good.record.candidate) == ("r1", "r3")
    assert_alone(place, 3)


@every_strategy
@ways_to_be_bad
def test_one_bad_release_after_another_leaves_what_served_before_both(
    place: Place, strategy: str, how: str
) -> None:
    place.configure(strategy)
    make_bad(place, 2, how)
    make_bad(place, 3, how)

    ends = [place.deploy().exit_code for _ in range(2)]

    assert ends == [ExitCode.ROLLED_BACK] * 2
    assert_alone(place, 1)
