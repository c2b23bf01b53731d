"""Deployments on fakes: what their record says of how far its figures can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.environments import ProbeSpec
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.marked_requests import RoutedRequest
from pytest_pipeline.domain.reconciliation import NOT_COUNTED
from pytest_pipeline.domain.releases import Release, configuration_of, run_of
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.domain.traffic import BY_AN_INSTANCE, Outcome, RequestSample
from pytest_pipeline.engine import outcomes
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.errors import RouterError, TargetError
from tests.unit.engine.conftest import Stage

METRICS = MetricsSpec("requests_total", exclude={"route": ("/ready",)})
RUN = RunSpec(command=("serve", "{port}"), ready="/ready", deploy_timeout_s=5, metrics=METRICS)


@dataclass
class SentTraffic:
    """A probe that was answered by instances in turn, half by each release."""

    stage: Stage
    requests: int = 100
    lag_s: float = 0.0
    attempts: int = 1
    unseen: int = 0
    answered: dict[str, int] = field(default_factory=dict)

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> SentTraffic:
        del url, spec, folder
        return self

    def stop(self) -> tuple[RequestSample, ...]:
        """Return the requests; the router is told of them but for the last few."""
        made = []
        for number in range(self.requests):
            release = "r1" if number < self.requests / 2 else "r2"
            instance = f"{release}-{number % 2}"
            due_s = number / 50
            made.append(
                RequestSample(
                    due_s, due_s + self.lag_s, due_s + self.lag_s + 0.01, Outcome.OK, release,
                    "200", "GET /", f"tok-{number}",
                )
            )  # fmt: skip
            attempts = self.attempts if number == 0 else 1
            if number < self.requests - self.unseen:
                self.stage.router.see_marked(
                    RoutedRequest(
                        f"tok-{number}", 200, BY_AN_INSTANCE, "", release, instance, attempts, 1.0
                    )
                )
        return tuple(made)


@dataclass
class FakeCounter:
    """Counts by instance: what it was asked for at each look, the last one from then on."""

    stage: Stage
    looks: dict[str, list[int | str]]
    asked: list[str] = field(default_factory=list)

    def count(self, url: str, spec: MetricsSpec, *, timeout_s: float) -> int:
        assert (spec, timeout_s) == (METRICS, 1.0)
        [instance] = [each.id for each in self.stage.target.running if each.url == url]
        self.asked.append(instance)
        left = self.looks[instance]
        said = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(said, str):
            raise TargetError(said)
        return said


def counted(number: int) -> Release:
    return Release(number, f"sha256:{number:064x}", configuration_of(RUN, {}))


def deploy_second(stage: Stage, traffic: SentTraffic) -> DeploymentRecord:
    stage.site.tools.probe = traffic  # type: ignore[misc]
    release = counted(2) if hasattr(stage.site.tools, "counter") else stage.release(2)
    stage.site.admit(release, stage.installed)
    return deploy(stage.site, release, strategy="rolling", deployment="d")


def count_instances(stage: Stage, **looks: list[int | str]) -> FakeCounter:
    """Let every instance have a counter; by default each one counts what it is sent."""
    told = {"r1-0": [7, 32], "r1-1": [9, 34], "r2-0": [0, 25], "r2-1": [0, 25]}
    told |= {name.replace("_", "-"): numbers for name, numbers in looks.items()}
    stage.site.admit(counted(1), stage.installed)
    counter = FakeCounter(stage, {name: [*numbers] for name, numbers in told.items()})
    stage.site.tools.counter = counter  # type: ignore[misc]
    return counter


def test_without_a_counter_the_record_says_that_instances_were_not_asked(stage: Stage) -> None:
    record = deploy_second(stage, SentTraffic(stage))

    assert record.reconciliation == (NOT_COUNTED,)
    assert "not measured" not in outcomes.outcome_line(record)
    assert (record.invalid, record.retried_requests) == ("", 0)
    assert (record.requests, record.lost_requests) == (100, 0)


def test_counts_that_agree_leave_nothing_to_say(stage: Stage) -> None:
    counter = count_instances(stage)

    record = deploy_second(stage, SentTraffic(stage))

    assert record.status is DeploymentStatus.SUCCEEDED, record.failure
    assert (record.reconciliation, record.invalid) == ((), "")
    assert set(counter.asked) == {"r1-0", "r1-1", "r2-0", "r2-1"}
    assert stage.site.instance_counts is None


def test_what_an_instance_had_counted_before_is_not_its_share(stage: Stage) -> None:
    count_instances(stage, r2_0=[4, 29])  # smoke tests, say

    assert deploy_second(stage, SentTraffic(stage)).reconciliation == ()


def test_an_instance_that_counts_late_is_read_until_two_readings_agree(stage: Stage) -> None:
    count_instances(stage, r1_0=[7, 31, 32, 32])

    assert deploy_second(stage, SentTraffic(stage)).reconciliation == ()


def test_a_count_that_cannot_be_read_is_said_and_nothing_is_invented(stage: Stage) -> None:
    count_instances(stage, r1_1=[9, "gave no answer within 1 s"])

    record = deploy_second(stage, SentTraffic(stage))

    assert record.status is DeploymentStatus.SUCCEEDED
    assert record.reconciliation == ("what r1-1 counted is not known: gave no answer within 1 s",)
    assert record.invalid == ""
    assert record.reconciliation[0] in outcomes.outcome_line(record)


def test_a_counter_that_went_back_is_not_believed(stage: Stage) -> None:
    count_instances(stage, r1_1=[9, 3])

    [said] = deploy_second(stage, SentTraffic(stage)).reconciliation

    assert "what r1-1 counted is not known: its counter went back" in said


def test_counts_that_do_not_add_up_make_the_measurement_invalid(stage: Stage) -> None:
    count_instances(stage, r2_1=[0, 20])

    record = deploy_second(stage, SentTraffic(stage))

    assert record.status is DeploymentStatus.SUCCEEDED
    assert "r2-1 counted 5 requests fewer than it answered" in record.invalid
    assert record.reconciliation == (record.invalid,)


def test_a_request_that_a_retry_saved_counts_as_lost(stage: Stage) -> None:
    record = deploy_second(stage, SentTraffic(stage, attempts=2))

    assert (record.lost_requests, record.retried_requests) == (1, 1)
    assert "1 lost requests were hidden from their clients by a retry" in record.note
    assert record.invalid == ""


def test_answers_that_the_router_never_saw_make_the_measurement_invalid(stage: Stage) -> None:
    record = deploy_second(stage, SentTraffic(stage, unseen=3))

    assert record.invalid == "the router saw nothing of 3 requests that were answered"


def test_the_router_has_time_to_write_down_what_it_saw(stage: Stage) -> None:
    marked = stage.router.marked
    looks: list[int] = []

    def written_late(tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        looks.append(1)
        return marked(tokens)[: None if len(looks) > 3 else -3]

    stage.router.marked = written_late  # type: ignore[method-assign]

    record = deploy_second(stage, SentTraffic(stage))

    assert record.invalid == ""
    assert len(looks) == 4


def test_a_record_of_the_router_that_cannot_be_read_makes_the_measurement_invalid(
    stage: Stage,
) -> None:
    def unreadable(tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        raise RouterError(f"cannot be read: {tokens}")

    stage.router.marked = unreadable  # type: ignore[method-assign]

    record = deploy_second(stage, SentTraffic(stage))

    assert record.status is DeploymentStatus.SUCCEEDED
    assert record.invalid.startswith("what the router saw is not known: cannot be read")


def test_a_generator_that_lagged_makes_the_measurement_invalid(stage: Stage) -> None:
    record = deploy_second(stage, SentTraffic(stage, lag_s=0.3))

    assert record.status is DeploymentStatus.SUCCEEDED
    assert "the probe lagged: 100 of 100 requests were sent more than 100 ms late" in record.invalid


@dataclass
class StalledTraffic:
    """A probe that sends in time, but for what is due while traffic is switched."""

    stage: Stage

    def start(self, url: str, spec: ProbeSpec, *, folder: Path) -> StalledTraffic:
        del url, spec, folder
        return self

    def stop(self) -> tuple[RequestSample, ...]:
        """Return 20 s of requests, two of which were sent late."""
        steps = self.stage.site.course.course("r1", "r2", ()).steps
        switched_s = next(each.ended_s for each in steps if each.switches)
        made = []
        for number in range(1000):
            due_s = switched_s + (number - 500) / 50
            sent_s = due_s + (0.2 if number in (500, 501) else 0)
            made.append(RequestSample(due_s, sent_s, sent_s, Outcome.OK, "", "200"))
        return tuple(made)


def test_a_generator_that_stalls_over_a_switch_makes_the_measurement_invalid(stage: Stage) -> None:
    stage.site.tools.probe = StalledTraffic(stage)  # type: ignore[misc]
    stage.site.admit(stage.release(2), stage.installed)

    record = deploy(stage.site, stage.release(2), strategy="blue-green", deployment="d")

    assert record.status is DeploymentStatus.SUCCEEDED
    assert "the probe lagged while traffic was switched: 2 of the " in record.invalid


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Return the function from a record to what its execution books."""

    def settle(record: DeploymentRecord, wanted: Phase = Phase.SUCCEEDED) -> list[Any]:
        booked: list[Any] = []
        monkeypatch.setattr(outcomes, "conclude", lambda *_, **__: None)
        tools = SimpleNamespace(progress=SimpleNamespace(line=lambda _: None))
        execution: Any = SimpleNamespace(
            keeps_courses=False,
            id="e", deployments=[], tools=tools,
            fail=lambda code, reason, output="": booked.append((code, reason, output)),
        )  # fmt: skip
        site: Any = SimpleNamespace(
            environment=SimpleNamespace(name="staging"), broken_resources=tuple
        )
        outcomes.settle(execution, site, record, wanted=wanted)
        return booked

    return settle


def test_a_deployment_that_could_not_be_measured_does_not_pass(
    stage: Stage, settled: Callable[..., list[Any]]
) -> None:
    record = deploy_second(stage, SentTraffic(stage, lag_s=0.3))

    [(code, reason, _)] = settled(record)

    assert code is ExitCode.INCONCLUSIVE
    assert "was done, but what its clients saw was not measured: the probe lagged" in reason
    assert "lower probe.rate" in reason
    assert "now serving: r2 (100 %)" in reason


def test_one_that_failed_fails_whatever_was_measured(
    stage: Stage, settled: Callable[..., list[Any]]
) -> None:
    stage.health.never.add(2)
    record = deploy_second(stage, SentTraffic(stage, lag_s=0.3))

    assert record.invalid
    assert [code for code, *_ in settled(record)] == [ExitCode.ROLLED_BACK]
    assert settled(replace(record, phase="succeeded", invalid="")) == []


def test_going_back_as_it_was_wanted_claims_nothing(
    stage: Stage, settled: Callable[..., list[Any]]
) -> None:
    stage.health.never.add(2)
    record = deploy_second(stage, SentTraffic(stage, lag_s=0.3))

    assert record.phase == Phase.ROLLED_BACK
    assert settled(record, wanted=Phase.ROLLED_BACK) == []


def test_the_counter_is_part_of_a_release_only_where_there_is_one() -> None:
    bare = replace(RUN, metrics=None)

    assert run_of(configuration_of(RUN, {})) == RUN
    assert run_of(configuration_of(bare, {})) == bare
    assert "metrics" not in configuration_of(bare, {})
