"""A deployment with an unreadable alarm never succeeds, whatever its plan has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.alarms import Alarm, Moment
from pytest_pipeline.domain.alarms.sources import HttpSource
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.strategies import STRATEGIES
from tests.integration.rollouts.place import NAME, Place

MOMENTS = (*((each,) for each in Moment), (Moment.CANARY, Moment.BAKE))


def place_of(strategy: str) -> Place:
    return Place(Environment(NAME, replicas=2, strategy=strategy))


def watch(place: Place, during: tuple[Moment, ...]) -> None:
    alarm = Alarm("queue", HttpSource("{url}/queue"), None, 1.0, during=during)
    place.environment = replace(place.environment, alarms=(alarm,), hold_s=1.0)


@pytest.mark.parametrize("during", MOMENTS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_first_release_with_an_unreadable_alarm_fails(
    strategy: str, during: tuple[Moment, ...]
) -> None:
    place = place_of(strategy)
    watch(place, during)

    ended = place.deploy()

    assert ended.exit_code != ExitCode.OK
    assert "alarm without data: queue" in ended.failures[0]
    assert place.promoted() == ""


@pytest.mark.parametrize("during", MOMENTS)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_later_release_with_an_unreadable_alarm_goes_back(
    strategy: str, during: tuple[Moment, ...]
) -> None:
    place = place_of(strategy)
    assert place.deploy().exit_code == ExitCode.OK
    watch(place, during)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert "alarm without data: queue" in ended.failures[0]
    assert place.serving() == {"r1": 100}


@pytest.mark.parametrize("strategy", ["in-place", "rolling", "blue-green"])
def test_the_record_says_what_is_asked_in_the_last_wait(strategy: str) -> None:
    place = place_of(strategy)
    watch(place, (Moment.CANARY,))
    place.alarm_sources.say("queue", 1)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert [each.name for each in ended.record.alarms] == ["queue", "error_ratio"]
    assert "asked in the last wait, for this plan has no moment of theirs: queue" in (
        ended.record.note
    )
