"""Deployments on fakes: what serves in the end, whatever goes wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import pytest

from pytest_pipeline.domain.alarms import PoolStatistics
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.ports import LaunchRequest
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import RouterError
from tests.unit.engine.conftest import ERRORS_EVERY_TIME, Stage

STRATEGIES = [("in-place", {}), ("rolling", {}), ("blue-green", {})]
every_strategy = pytest.mark.parametrize(
    "stage", STRATEGIES, indirect=True, ids=[name for name, _ in STRATEGIES]
)


def deploy_second(stage: Stage) -> DeploymentRecord:
    strategy = stage.site.environment.strategy
    release = stage.release(2)
    stage.site.admit(release, stage.installed)
    return deploy(stage.site, release, strategy=strategy, deployment="d")


def assert_only_stable_serves(stage: Stage, record: DeploymentRecord) -> None:
    assert record.status is DeploymentStatus.FAILED
    assert record.rolled_back
    assert stage.serving() == {"r1": 100}
    assert sorted(each.id for each in stage.target.running) == ["r1-0", "r1-1"]
    assert stage.site.stable == stage.release(1)
    assert "r1" in record.serving


@every_strategy
def test_a_good_release_serves_alone_in_the_end(stage: Stage) -> None:
    record = deploy_second(stage)

    assert record.status is DeploymentStatus.SUCCEEDED, record.failure
    assert stage.serving() == {"r2": 100}
    assert sorted(each.id for each in stage.target.running) == ["r2-0", "r2-1"]
    assert stage.site.stable == stage.release(2)
    assert (record.stable, record.candidate) == ("r1", "r2")
    assert (record.detection_ms, record.rollback_ms) == (None, None)


@every_strategy
def test_a_release_that_never_gets_ready_is_taken_back(stage: Stage) -> None:
    stage.health.never.add(2)

    record = deploy_second(stage)

    assert_only_stable_serves(stage, record)
    assert "r2-0 was not ready within 5 s: /ready answered 503" in record.failure
    assert record.log_tail == "last words\n"
    assert record.detection_ms is not None
    assert record.detection_ms >= 5000
    assert record.rollback_ms is not None


@every_strategy
def test_a_release_that_cannot_be_launched_is_taken_back(stage: Stage) -> None:
    stage.target.fail_launch("r2-1")

    assert_only_stable_serves(stage, deploy_second(stage))


@every_strategy
def test_a_release_that_answers_with_errors_is_taken_back_by_the_alarm(stage: Stage) -> None:
    stage.router.counted["r2"] = ERRORS_EVERY_TIME

    record = deploy_second(stage)

    assert_only_stable_serves(stage, record)
    assert "alarm: error_ratio 1, wanted <= 0.05" in record.failure


@every_strategy
def test_an_alarm_without_data_never_passes(stage: Stage) -> None:
    stage.router.counted["r2"] = PoolStatistics(requests=3)

    record = deploy_second(stage)

    assert_only_stable_serves(stage, record)
    assert "alarm without data" in record.failure


@every_strategy
def test_a_failing_migration_leaves_stable_untouched(stage: Stage) -> None:
    launches = len(stage.target.requests)
    stage.commands.exit_code = 3

    record = deploy_second(stage)

    assert_only_stable_serves(stage, record)
    assert "migration of r2 (staging) ended with exit code 3" in record.failure
    assert len(stage.target.requests) == launches


@every_strategy
def test_a_router_that_dies_is_started_again_before_going_back(stage: Stage) -> None:
    stage.router.counted["r2"] = ERRORS_EVERY_TIME
    first = stage.router
    launch = stage.target.launch

    def launch_and_kill_router(request):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        first.kill()
        return launch(request)

    stage.target.launch = launch_and_kill_router  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert stage.router is not first
    assert_only_stable_serves(stage, record)
    assert "the router died and was started again" in record.note


def test_where_the_router_cannot_be_started_again_nothing_serves(stage: Stage) -> None:
    first = stage.router
    stage.clock.sleep = lambda _: first.kill()  # type: ignore[method-assign]

    def refuse(folder: Path, *, keep: bool, port: int, preview_port: int) -> NoReturn:
        raise RouterError("the port is taken", output=f"{folder} {keep} {port} {preview_port}")

    stage.site.tools.routers.start = refuse  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert record.status is DeploymentStatus.FAILED
    assert not record.rolled_back
    assert "the router could not be started again: the port is taken" in record.failure
    assert record.serving == "nothing, for the router is dead"


@every_strategy
def test_what_gets_traffic_at_a_kept_site_was_handed_over_before(stage: Stage) -> None:
    stage.site.keep = True
    apply = stage.router.apply

    def check(table: RoutingTable) -> None:
        routed = {b.instance for pool in table.pools if pool.weight_percent for b in pool.backends}
        if not routed <= {"r1-0", "r1-1"}:
            assert routed <= stage.commands.handed_over[-1]
        apply(table)

    stage.router.apply = check  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert record.status is DeploymentStatus.SUCCEEDED, record.failure
    assert stage.commands.handed_over[-1] == {"r2-0", "r2-1"}


@every_strategy
def test_ctrl_c_at_any_moment_takes_a_kept_site_back(stage: Stage) -> None:
    stage.site.keep = True
    append, entries = stage.journal.append, stage.journal.entries

    def press(deployment: str, entry: Mapping[str, object]) -> None:
        append(deployment, entry)
        if len(entries) == 5:  # between two steps
            raise KeyboardInterrupt

    stage.journal.append = press  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert record.status is DeploymentStatus.STOPPED
    assert record.failure == "stopped by Ctrl-C"
    assert stage.serving() == {"r1": 100}
    assert sorted(each.id for each in stage.target.running) == ["r1-0", "r1-1"]


def test_ctrl_c_ends_a_deployment_at_once_where_nothing_is_kept(stage: Stage) -> None:
    def press(request: LaunchRequest) -> NoReturn:
        raise KeyboardInterrupt(request.id)

    stage.target.launch = press  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert record.status is DeploymentStatus.STOPPED
    assert record.failure == "stopped by Ctrl-C"
    assert not record.rolled_back


def test_a_bug_of_ours_does_not_leave_half_a_rollout(stage: Stage) -> None:
    def stumble(request: LaunchRequest) -> NoReturn:
        raise RuntimeError(request.id)

    stage.target.launch = stumble  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert_only_stable_serves(stage, record)
    assert "internal error: RuntimeError" in record.failure
    assert "Traceback" in record.log_tail


def test_an_instance_that_dies_while_it_serves_is_noticed(stage: Stage) -> None:
    sleep = stage.clock.sleep

    def sleep_and_die(seconds: float) -> None:
        sleep(seconds)
        if stage.serving() == {"r2": 100} and "r2-0" in stage.site.running():
            stage.target.die(stage.instance("r2-0"), output="out of memory\n")

    stage.clock.sleep = sleep_and_die  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert_only_stable_serves(stage, record)
    assert "r2-0 ended while it served" in record.failure
    assert "out of memory" in record.log_tail


def test_what_cannot_go_back_says_what_serves(stage: Stage) -> None:
    stage.router.counted["r2"] = ERRORS_EVERY_TIME
    stage.target.fail_launch("r1-0", "r1-1")
    stage.site.environment = Environment("staging", replicas=2, strategy="in-place")

    record = deploy_second(stage)

    assert record.status is DeploymentStatus.FAILED
    assert not record.rolled_back
    assert record.serving == "r2 (100 %)"


def test_a_first_deployment_is_measured_from_its_first_traffic(stage: Stage) -> None:
    site = Site(
        stage.site.environment,
        stage.site.tools,
        stage.site.folder,
        keep=False,
        router=stage.router,
        target=stage.target,
    )

    release = stage.release(2)
    site.admit(release, stage.installed)

    record = deploy(site, release, strategy="rolling", deployment="d")

    assert record.status is DeploymentStatus.SUCCEEDED
    assert record.stable is None
    assert record.note.startswith("first deployment")
    assert len(stage.probe.starts) == 1


def test_every_step_is_journalled_before_and_after(stage: Stage) -> None:
    deploy_second(stage)
    kinds = [each["kind"] for each in stage.journal.read("d")]

    assert kinds[:5] == ["begin", "intent", "done", "intent", "done"]
    assert kinds.count("intent") == kinds.count("done")


def test_a_failed_step_is_journalled_with_its_reason_and_what_was_observed(stage: Stage) -> None:
    stage.health.never.add(2)

    deploy_second(stage)
    told = {str(each["kind"]): each for each in stage.journal.read("d")}

    assert "503" in str(told["failed"]["reason"])
    assert told["observed"]["running"] == ["r1-0", "r1-1", "r2-0"]
    assert told["observed"]["ready"] == ["r1-0", "r1-1"]


@every_strategy
def test_a_release_is_not_promoted_over_a_dead_resource(stage: Stage) -> None:
    sleep = stage.clock.sleep

    def sleep_and_break(seconds: float) -> None:
        sleep(seconds)
        if stage.serving().get("r2") == 100:
            stage.broken.add("database")

    stage.clock.sleep = sleep_and_break  # type: ignore[method-assign]

    record = deploy_second(stage)

    assert record.status is DeploymentStatus.FAILED
    assert "resource database (embedded 18) of staging died" in record.failure
    assert record.rolled_back
    assert stage.serving() == {"r1": 100}


def test_a_candidate_is_not_waited_for_whose_database_died(stage: Stage) -> None:
    stage.health.never.add(2)
    stage.broken.add("database")

    record = deploy_second(stage)

    assert "resource database (embedded 18) of staging died" in record.failure
    assert stage.clock.now() < 5


def test_dead_resources_are_named_with_their_provider_and_log(stage: Stage) -> None:
    stage.broken.add("database")

    assert stage.site.broken_resources() == (
        "resource database (embedded 18) of staging died; its log: /log",
    )
