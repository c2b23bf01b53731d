"""A way back that fails as well."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rollouts import Phase
from tests.integration.rollouts.place import Place


@pytest.fixture
def stuck(place: Place) -> Place:
    """A place where r2 answers with errors, and r1 cannot be started any more."""
    place.configure("in-place", max_unavailable=2)
    place.router.failing.add("r2")
    place.target.fail_launch("r1-0", "r1-1")
    return place


def test_it_says_what_serves(stuck: Place) -> None:
    ended = stuck.deploy()

    assert (ended.phase, ended.exit_code) == (Phase.ROLLBACK_FAILED, ExitCode.ROLLBACK_FAILED)
    assert ended.record is not None
    assert ended.record.serving == "r2 (100 %)"
    assert "now serving: r2 (100 %)" in ended.failures[0]
    assert "alarm" in ended.record.failure
    assert "cannot start r1-0" in ended.record.failure
    assert stuck.promoted() == "r1"


def test_resume_tries_the_way_back_again(stuck: Place) -> None:
    stuck.deploy()
    still = stuck.resume()
    stuck.target._failing.clear()

    mended = stuck.resume()

    assert still.exit_code == ExitCode.ROLLBACK_FAILED
    assert mended.phase == Phase.ROLLED_BACK
    assert stuck.serving() == {"r1": 100}
    assert stuck.running() == ["r1-0", "r1-1"]


def test_the_next_deployment_takes_it_back_first(stuck: Place) -> None:
    stuck.deploy()
    refused = stuck.deploy()
    stuck.target._failing.clear()

    ended = stuck.deploy()

    assert refused.exit_code == ExitCode.ERROR
    assert "could not be taken back" in refused.failures[0]
    assert ended.exit_code == ExitCode.OK, ended.failures
    assert ended.record is not None
    assert (ended.record.stable, ended.record.candidate) == ("r1", "r3")
