"""A promotion that is rehearsed: there, back, and there again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.rehearsals import RehearsalLimits
from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.pipeline_run import RunOptions
from pytest_pipeline.engine.planning import planned
from tests.integration.rollouts.answered_probe import AnsweredProbe
from tests.integration.rollouts.place import NAME, RUN, Ended, Place

WAY = [("r1", "r2", "forward"), ("r2", "r1", "back"), ("r1", "r2", "again")]


@pytest.fixture
def place(place: Place) -> Place:
    """A place where r1 serves, and what comes after it is rehearsed."""
    place.environment = replace(place.environment, rehearsal=RehearsalLimits())
    place.probe = AnsweredProbe(place.clock)
    return place


def way(ended: Ended) -> list[tuple[str | None, str, str]]:
    return [(each.stable, each.candidate, each.rehearsal) for each in ended.records]


def assert_only(place: Place, release: str) -> None:
    assert place.serving() == {release: 100}
    assert place.running() == [f"{release}-0", f"{release}-1"]


def test_a_release_is_deployed_taken_back_and_deployed_again(place: Place) -> None:
    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert way(ended) == WAY
    assert [each.id for each in place.ledger.deployments()][:3] == [
        "e2-production-again",
        "e2-production-back",
        "e2-production",
    ]
    assert ended.rehearsal is not None
    assert ended.rehearsal.verdict is Verdict.PASS
    assert [each.name for each in place.ledger.promotions(NAME)] == ["r2", "r1"]
    assert_only(place, "r2")


def test_its_migration_runs_once_and_that_of_what_it_goes_back_to_never(place: Place) -> None:
    ran = len(place.processes.commands)

    place.deploy()

    assert [each.name for each in place.processes.commands[ran:]] == [
        "migration of r2 (production)"
    ]


def test_a_first_release_has_nothing_to_be_rehearsed_against() -> None:
    place = Place(Environment(NAME, replicas=2, rehearsal=RehearsalLimits()))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert way(ended) == [(None, "r1", "")]
    assert ended.rehearsal is not None
    assert ended.rehearsal.verdict is Verdict.WARN
    assert "no-baseline: first release" in ended.rehearsal.reasons[0]
    assert place.promoted() == "r1"


@pytest.mark.parametrize(
    ("lost", "made", "told"),
    [
        pytest.param([2], WAY[:2], "lost_requests: 2, wanted <= 0", id="there"),
        pytest.param([0, 3], WAY[:2], "lost_requests: 3, wanted <= 0", id="back"),
        pytest.param(
            [0, 0, 1],
            [*WAY, ("r2", "r1", "return")],
            "lost_requests: 1, wanted <= 0",
            id="there-again",
        ),
    ],
)
def test_requests_that_it_loses_refuse_it_and_what_served_before_serves(
    place: Place, lost: list[int], made: list[tuple[str, str, str]], told: str
) -> None:
    place.probe = AnsweredProbe(place.clock, lost=lost)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.GATE_FAILED, ended.failures
    assert told in ended.failures[0]
    assert "now serving: r1 (100 %)" in ended.failures[0]
    assert way(ended) == made
    assert place.promoted() == "r1"
    assert_only(place, "r1")


def test_a_way_back_that_takes_too_long_refuses_it(place: Place) -> None:
    limits = RehearsalLimits(rollback_s=parse_criterion("<= 4"))
    place.environment = replace(place.environment, rehearsal=limits)
    place.configure("rolling", min_ready_s=2.5)

    ended = place.deploy()

    assert ended.exit_code == ExitCode.GATE_FAILED, ended.failures
    assert "rollback_s: 5" in ended.failures[0]
    assert way(ended) == WAY[:2]
    assert_only(place, "r1")


@pytest.mark.parametrize("silent", [0, 1, 2])
def test_what_was_not_measured_is_inconclusive_and_never_promotes(
    place: Place, silent: int
) -> None:
    place.probe = AnsweredProbe(place.clock, silent=frozenset({silent}))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.INCONCLUSIVE, ended.failures
    assert "lost_requests was not measured" in ended.failures[0]
    assert place.promoted() == "r1"
    assert_only(place, "r1")


@pytest.mark.parametrize("lagging", [0, 1, 2])
def test_a_measurement_that_is_invalid_is_inconclusive_and_never_promotes(
    place: Place, lagging: int
) -> None:
    place.probe = AnsweredProbe(place.clock, lagging=frozenset({lagging}))

    ended = place.deploy()

    assert ended.exit_code == ExitCode.INCONCLUSIVE, ended.failures
    assert ended.records[lagging].invalid
    assert ended.rehearsal is not None
    assert ended.rehearsal.verdict is Verdict.INCONCLUSIVE
    assert place.promoted() == "r1"
    assert_only(place, "r1")


def test_the_way_back_ends_when_all_instances_have_the_traffic(place: Place) -> None:
    place.configure("in-place", min_ready_s=2.5)

    back = place.deploy().records[1]

    assert back.all_traffic_ms is not None
    assert back.all_traffic_ms >= 2 * 2500


def test_a_release_that_fails_on_the_way_there_is_taken_back_as_ever(place: Place) -> None:
    place.router.failing.add("r2")

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK, ended.failures
    assert way(ended) == WAY[:1]
    assert len(ended.failures) == 1
    assert_only(place, "r1")


def test_where_there_is_no_way_back_the_new_release_serves_and_is_not_promoted(
    place: Place,
) -> None:
    launch, launched = place.target.launch, list[str]()

    def launch_r1_never_ready(request):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        instance = launch(request)
        launched.append(request.id)
        if request.id.startswith("r1"):
            place.health.suspend(instance, float("inf"))
        return instance

    place.target.launch = launch_r1_never_ready  # type: ignore[method-assign]

    ended = place.deploy()

    assert ended.exit_code == ExitCode.ROLLED_BACK, ended.failures
    assert way(ended) == WAY[:2]
    assert "pytest-pipeline rollback production goes back" in ended.failures[-1]
    assert place.promoted() == "r1"
    assert_only(place, "r2")


def test_what_cannot_be_undone_is_refused_before_anything_is_touched(place: Place) -> None:
    place.run = replace(RUN, irreversible=True)
    before = place.running(), place.serving(), len(place.ledger.deployments())

    ended = place.deploy()

    assert ended.exit_code == ExitCode.INCONCLUSIVE, ended.failures
    assert "cannot be undone (run.irreversible)" in ended.failures[0]
    assert "rehearse = false" in ended.failures[0]
    assert (place.running(), place.serving(), len(place.ledger.deployments())) == before


class Killed(BaseException):
    """Stands for SIGKILL: nobody may catch it."""


def killed_at(place: Place, entry: int) -> bool:
    """Deploy the next release and die before an entry of a journal; say whether it came so far."""
    append, write, written = place.journal.append, place.records.write, [0]

    def append_or_die(deployment: str, values: Mapping[str, object]) -> None:
        written[0] += 1
        if written[0] > entry:
            raise Killed
        append(deployment, values)

    def write_or_die(environment: str, record: Mapping[str, object]) -> None:
        if written[0] > entry:
            raise Killed
        write(environment, record)

    place.journal.append = append_or_die  # type: ignore[method-assign]
    place.records.write = write_or_die  # type: ignore[method-assign]
    try:
        place.deploy()
    except Killed:
        return True
    finally:
        place.records.yield_up(NAME)
        place.journal.append = append  # type: ignore[method-assign]
        place.records.write = write  # type: ignore[method-assign]
    return False


def rehearsed_place(strategy: str) -> Place:
    place = Place(Environment(NAME, replicas=2, strategy=strategy, rehearsal=RehearsalLimits()))
    place.probe = AnsweredProbe(place.clock)
    assert place.deploy().exit_code == ExitCode.OK
    return place


@pytest.mark.parametrize("strategy", ["rolling", "blue-green"])
def test_wherever_it_is_killed_the_next_rehearsal_begins_at_the_promoted_release(
    strategy: str,
) -> None:
    entry = 0
    while killed_at(place := rehearsed_place(strategy), entry):
        ended = place.deploy()

        promoted = ended.rehearsal.candidate if ended.rehearsal else ""
        assert ended.exit_code == ExitCode.OK, (entry, ended.failures)
        assert way(ended)[-3][0] == "r1", (entry, way(ended))
        assert place.promoted() == promoted
        assert_only(place, promoted)
        entry += 1

    assert entry > 30  # or nothing was killed


@pytest.mark.parametrize("command", ["resume", "abort"])
def test_wherever_it_is_killed_resume_and_abort_lead_to_one_release_and_promote_none(
    command: str,
) -> None:
    entry = 0
    while killed_at(place := rehearsed_place("blue-green"), entry):
        ended = place.resume() if command == "resume" else place.abort()

        serving = list(place.serving())
        assert ended.exit_code in (ExitCode.OK, ExitCode.ERROR), (entry, ended.failures)
        assert len(serving) == 1, entry
        assert_only(place, serving[0])
        assert place.promoted() == "r1", entry
        entry += 1

    assert entry > 30


def test_a_dry_run_of_all_says_what_will_be_refused(place: Place) -> None:
    run = replace(RUN, irreversible=True)
    service = Service("orders", CommandBuild(("build",)), run)
    pipeline = Pipeline("orders", service, (), (place.environment,))

    (plan,) = planned(pipeline, RunOptions(), place.ledger)
    (first,) = planned(pipeline, RunOptions(), None)

    assert "cannot be rehearsed" in plan.cautions[-1]
    assert "r1 > r2 > r1 > r2" in plan.rehearsal
    assert not any("cannot be rehearsed" in text for text in first.cautions)
