"""Instances that start give way to those that serve."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from tests.integration.rollouts.place import Place


@pytest.mark.parametrize("strategy", ["in-place", "rolling", "immutable", "blue-green", "canary"])
def test_instances_give_way_while_they_start_and_have_their_full_share_when_they_serve(
    place: Place, strategy: str
) -> None:
    place.configure(strategy)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    started = [each for each in place.target.requests if each.release == 2]
    assert all(each.yielding for each in started)
    assert place.running() == ["r2-0", "r2-1"]
    assert place.target.yielding == ()


def test_nobody_gives_way_where_nothing_serves_yet(place: Place) -> None:
    first = [each for each in place.target.requests if each.release == 1]

    assert [each.yielding for each in first] == [False, False]
