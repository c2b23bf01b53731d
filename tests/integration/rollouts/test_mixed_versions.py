"""Two releases are run side by side and tried with each other's tests before clients see both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.rehearsals import RehearsalLimits
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.strategies import STRATEGIES
from tests.integration.rollouts.answered_probe import AnsweredProbe
from tests.integration.rollouts.place import NAME, Place

OLD_X_NEW, NEW_X_OLD = ("r1", "r2"), ("r2", "r1")


@pytest.fixture
def place(place: Place) -> Place:
    """A place where r1 serves, and what comes after it has other files."""
    place.environment = replace(place.environment, mixed_versions=MixedVersions(("e2e",)))
    place.revision = Revision(None, True, {"service.py": "2"})  # noqa: FBT003 - dirty
    return place


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_releases_suite_runs_against_the_other(place: Place, strategy: str) -> None:
    place.configure(strategy)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert place.smoke_tests.ran == [OLD_X_NEW, NEW_X_OLD]
    assert place.smoke_tests.urls == [place.router.preview_url, place.router.url]
    told = place.smoke_tests.told[0]
    assert (told.stable, told.candidate) == ("r1", "r2")
    assert (told.stable_url, told.candidate_url) == (place.router.url, place.router.preview_url)


@pytest.mark.parametrize(
    ("failing", "named"),
    [
        pytest.param(OLD_X_NEW, "old client x new server (r1 x r2): e2e failed", id="old-x-new"),
        pytest.param(NEW_X_OLD, "new client x old server (r2 x r1): e2e failed", id="new-x-old"),
    ],
)
def test_either_that_fails_is_named_and_no_client_sees_the_new_release(
    place: Place, failing: tuple[str, str], named: str
) -> None:
    place.smoke_tests.failing.add(failing)
    seen: list[dict[str, int]] = []
    apply = place.router.apply

    def watch(table):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        apply(table)
        seen.append(place.serving())

    place.router.apply = watch  # type: ignore[method-assign]

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK, ended.failures
    assert named in ended.failures[0]
    assert ended.record is not None
    assert f"the output of {failing}" in ended.record.log_tail
    assert seen
    assert all(each == {"r1": 100} for each in seen)
    assert place.smoke_tests.ran == [OLD_X_NEW, NEW_X_OLD]


def test_tests_that_were_not_kept_fail_it_and_say_what_leads_on(place: Place) -> None:
    place.suites.missing.add(Revision(None, True, {}).tree)  # noqa: FBT003 - of r1

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK, ended.failures
    assert "the tests of r1 cannot be run: they were not kept for production" in ended.failures[0]
    assert "check = false in [environments.production.mixed_versions]" in ended.failures[0]
    assert place.smoke_tests.ran == []
    assert place.serving() == {"r1": 100}


def test_the_suite_of_what_is_deployed_is_kept_and_that_of_stable_spared(place: Place) -> None:
    stable = Revision(None, True, {}).tree  # noqa: FBT003 - dirty
    mixed = MixedVersions(("e2e",), check=False)
    place.environment = replace(place.environment, mixed_versions=mixed)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert place.suites.kept == [(place.revision.tree, frozenset({stable}))]
    assert place.smoke_tests.ran == []


def test_a_rehearsal_checks_it_once(place: Place) -> None:
    place.environment = replace(place.environment, rehearsal=RehearsalLimits())
    place.probe = AnsweredProbe(place.clock)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert len(ended.records) == 3
    assert place.smoke_tests.ran == [OLD_X_NEW, NEW_X_OLD]


def test_resume_runs_the_check_again_that_its_controller_did_not_live_to_see(place: Place) -> None:
    run = place.smoke_tests.run

    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        place.smoke_tests.run = run  # type: ignore[method-assign]
        raise Killed

    place.smoke_tests.run = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        place.deploy()
    place.records.yield_up(NAME)

    ended = place.resume()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert place.smoke_tests.ran == [OLD_X_NEW, NEW_X_OLD]
    assert place.serving() == {"r2": 100}
