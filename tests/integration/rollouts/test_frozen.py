"""A migration that cannot be undone: there is no way back that nobody asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rollouts import Phase
from tests.integration.rollouts.place import RUN, Ended, Place


@pytest.fixture
def frozen(place: Place) -> Place:
    """A place where r2 failed after such a migration."""
    place.run = replace(RUN, irreversible=True)
    place.router.failing.add("r2")
    assert_frozen(place.deploy())
    return place


def assert_frozen(ended: Ended) -> None:
    assert (ended.phase, ended.exit_code) == (Phase.FROZEN, ExitCode.ROLLBACK_FAILED)


def test_it_stands_as_it_stood_when_it_failed(frozen: Place) -> None:
    record = frozen.ledger.deployments()[0]

    assert record.serving == "r2 (100 %)"
    assert frozen.serving() == {"r2": 100}
    assert frozen.running() == ["r2-0", "r2-1"]
    assert frozen.promoted() == "r1"


def test_it_is_tried_again_by_resume(frozen: Place) -> None:
    assert_frozen(frozen.resume())
    frozen.router.failing.clear()

    ended = frozen.resume()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert frozen.promoted() == "r2"
    assert frozen.serving() == {"r2": 100}


def test_it_is_taken_back_by_force_only(frozen: Place) -> None:
    refused = frozen.abort()

    assert refused.exit_code == ExitCode.ERROR
    assert "--force" in refused.failures[0]
    assert frozen.serving() == {"r2": 100}

    forced = frozen.abort(force=True)

    assert forced.exit_code == ExitCode.OK, forced.failures
    assert forced.phase == Phase.ROLLED_BACK
    assert frozen.serving() == {"r1": 100}
    assert frozen.running() == ["r1-0", "r1-1"]


def test_nothing_is_deployed_over_it(frozen: Place) -> None:
    ended = frozen.deploy()

    assert ended.exit_code == ExitCode.ERROR
    assert "frozen" in ended.failures[0]
    assert frozen.serving() == {"r2": 100}


def test_a_migration_that_failed_may_have_done_half_of_its_work(place: Place) -> None:
    place.run = replace(RUN, irreversible=True)
    place.processes.exit_code = 3

    assert_frozen(place.deploy())
    assert place.serving() == {"r1": 100}


def test_a_release_whose_migration_can_be_undone_is_taken_back_as_ever(place: Place) -> None:
    place.run = replace(RUN, irreversible=True)
    assert place.deploy().exit_code == ExitCode.OK
    place.run = RUN
    place.router.failing.add("r3")

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK
    assert place.serving() == {"r2": 100}
