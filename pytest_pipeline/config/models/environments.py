"""The tables ``[environments.NAME]``: places that run releases of the service."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.models.fields import (
    Anything,
    Array,
    Count,
    NotEmpty,
    Seconds,
    Table,
    UrlPath,
    VariableName,
    one_of,
    refuse,
)
from pytest_pipeline.config.models.placeholders import InstanceText
from pytest_pipeline.domain.alarms import Alarm
from pytest_pipeline.domain.criteria import Comparison, parse_criterion
from pytest_pipeline.domain.environments import Environment, ProbeSpec
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.rehearsals import RehearsalLimits
from pytest_pipeline.domain.strategies import OPTIONS
from pytest_pipeline.errors import ConfigError

_TARGETS = ("process",)
_LATER_TARGETS = ("docker", "swarm")
_PERCENT = re.compile(r"(\d{1,3})%")


def _target(value: str) -> str:
    if value in _LATER_TARGETS:
        raise refuse(f"target {value!r} comes later; known here: {', '.join(_TARGETS)}")
    return one_of(value, _TARGETS, "target")


def _strategy(value: str) -> str:
    return one_of(value, OPTIONS, "strategy")


def _minimum_healthy(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str):
        percent = _PERCENT.fullmatch(value)
        if percent and int(percent[1]) <= 100:  # noqa: PLR2004 - percent
            return value
    got = repr(value) if type(value) in (int, float, str) else "something else"
    raise refuse(f"got {got}, wanted a number of instances >= 0, or a share such as '75%'")


def _resource(value: str, info: ValidationInfo) -> str:
    return one_of(
        value,
        declared_in(info).resources,
        "resource",
        otherwise="one that [resources.NAME] describes",
    )


def _bound(value: str, info: ValidationInfo) -> str:
    try:
        criterion = parse_criterion(value)
    except ConfigError:
        raise refuse(f"got {value!r}, wanted '<' or '<=' and a number such as '<= 0.05'") from None
    if criterion.relative or criterion.comparison not in (Comparison.LESS, Comparison.AT_MOST):
        raise refuse(f"got {value!r}, wanted an upper bound such as '<= 0.05'")
    if criterion.bound < 0:
        raise refuse(f"got {value!r}, which nothing can meet, wanted a bound >= 0")
    if info.data.get("measure") == "error_ratio" and criterion.bound > 1:
        raise refuse(f"got {value!r}, wanted a ratio in 0..1: 5 % is '<= 0.05'")
    return value


class ProbeTable(Table):
    """The client traffic that measures each deployment."""

    path: UrlPath = Field(default=ProbeSpec.path, description="What is requested with GET.")
    rate: Annotated[float, Field(gt=0)] = Field(
        default=ProbeSpec.rate, description="Requests a second, open model, > 0."
    )
    timeout_s: Seconds = Field(
        default=ProbeSpec.timeout_s,
        description="A request without an answer after this long is lost, seconds, > 0.",
    )
    connections: Count = Field(
        default=ProbeSpec.connections, description="Keep-alive connections, >= 1."
    )


class AlarmTable(Table):
    """A bound on what the router sees of the candidate; beyond it, the deployment is taken back."""

    measure: Literal["error_ratio", "mean_latency_ms"] = Field(
        description="Answers with a 5xx status / all answers (0-1), or the mean response time in "
        "milliseconds."
    )
    bound: Annotated[str, AfterValidator(_bound)] = Field(
        description='What must hold, `<` or `<=` and a number, such as `"<= 0.05"`; the alarm '
        "fires when it does not."
    )
    minimum_requests: Count = Field(
        default=Alarm.minimum_requests,
        description="Below this many requests the data are insufficient, >= 1.",
    )


class RehearsalTable(Table):
    """What the rehearsal of a promotion has to keep; with `rehearse = true`."""

    lost_requests: Annotated[str, AfterValidator(_bound)] = Field(
        default=str(RehearsalLimits.lost_requests),
        description="Bound of the requests lost in its three deployments together.",
    )
    rollback_s: Annotated[str, AfterValidator(_bound)] = Field(
        default=str(RehearsalLimits.rollback_s),
        description="Bound of the time from the beginning of the deployment back to all traffic "
        "on the release that served before, seconds.",
    )
    error_requests: Annotated[str, AfterValidator(_bound)] | None = Field(
        default=None,
        description="Bound of the requests answered 5xx by an instance in its three deployments "
        "together; by default none, alarms watch these already.",
    )


class MixedVersionsTable(Table):
    """Tests that are run while two releases overlap, each release's against the other."""

    tests: Annotated[tuple[str, ...], Array, NotEmpty] = Field(
        description="Names of layers, or node ids."
    )
    timeout_s: Seconds = Field(
        default=MixedVersions.timeout_s,
        description="Longest duration of the tests of each release, seconds, > 0.",
    )
    check: bool = Field(
        default=MixedVersions.check,
        description="`false` to run nothing and only keep the tests of what is deployed, for the "
        "deployment after it.",
    )


class EnvironmentTable(Table):
    """A place that runs releases; environments are promoted in the order the file has them.

    For production, the environment of that name or else the last of several, `in-place` is warned
    of.
    """

    target: Annotated[str, AfterValidator(_target)] = Field(
        default=Environment.target, description="What runs instances: `process`."
    )
    replicas: Count = Field(default=Environment.replicas, description="Instances wanted, >= 1.")
    strategy: Annotated[str, AfterValidator(_strategy)] = Field(
        default=Environment.strategy,
        description=f"How it is deployed to: {', '.join(f'`{name}`' for name in OPTIONS)}.",
    )
    options: dict[str, Anything] = Field(
        default_factory=dict,
        description="[Options of the strategy](#strategy-options).",
    )
    minimum_healthy: Annotated[int | str, PlainValidator(_minimum_healthy)] | None = Field(
        default=None,
        description="Healthy instances that serve at any time of a deployment, at least: a number "
        'from 0 to `replicas`, or a share of them such as `"75%"`, rounded up. By default what the '
        "strategy keeps.",
    )
    progress_deadline_s: Seconds = Field(
        default=Environment.progress_deadline_s,
        description="Longest time without progress of a rollout, seconds, > 0; it goes back then. "
        "Pauses, bakes and delays do not count.",
    )
    concurrency: Literal["refuse", "wait", "supersede"] = Field(
        default=Environment.concurrency.value,
        description="What becomes of a deployment while another one to the environment is under "
        "way: it is refused, waits for the other's end, or takes its place, which goes back first.",
    )
    variables: dict[VariableName, InstanceText] = Field(
        default_factory=dict,
        description="Environment variables of instances, over those of `[run.variables]`; "
        "the same placeholders.",
    )
    resources: Annotated[tuple[Annotated[str, AfterValidator(_resource)], ...], Array] | None = (
        Field(default=None, description="Names of the resources that it provides; all by default.")
    )
    probe: ProbeTable = Field(
        default_factory=ProbeTable, description="The traffic that measures its deployments."
    )
    alarms: Annotated[tuple[AlarmTable, ...], Array, NotEmpty] | None = Field(
        default=None,
        description="Watched while the candidate gets traffic; by default `error_ratio` with "
        '`"<= 0.05"`.',
    )
    rehearse: bool = Field(
        default=False,
        description="Whether each promotion is rehearsed: deployed, taken back and deployed again.",
    )
    rehearsal: RehearsalTable | None = Field(
        default=None, description="What a rehearsal has to keep."
    )
    mixed_versions: MixedVersionsTable | None = Field(
        default=None,
        description="Tests that are run while two releases overlap, before clients see the new "
        "one; none by default.",
    )
