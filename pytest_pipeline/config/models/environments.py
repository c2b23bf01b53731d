"""The tables ``[environments.NAME]``: places that run releases of the service."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.models.alarms import AlarmTable
from pytest_pipeline.config.models.evidence import Stages
from pytest_pipeline.config.models.fields import (
    Anything,
    Array,
    Count,
    NotEmpty,
    Seconds,
    Table,
    VariableName,
    one_of,
    refuse,
)
from pytest_pipeline.config.models.overlaps import MixedVersionsTable, RehearsalTable
from pytest_pipeline.config.models.placeholders import InstanceText
from pytest_pipeline.config.models.probes import ProbeTable
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.strategies import OPTIONS

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
    hold_s: Annotated[float, Field(ge=0)] = Field(
        default=Environment.hold_s,
        description="How long a rollout is held for alarms that have no data when its time is "
        "over, seconds, >= 0; it goes back then, and nobody can promote it meanwhile.",
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
    required_evidence: Stages | None = Field(
        default=None,
        description="Names of the stages that must have evidence before it is deployed to by "
        "command; all that stand before it in a whole run by default.",
    )
    evidence_max_age_s: Seconds | None = Field(
        default=None,
        description="How old that evidence may be, seconds, > 0; `evidence.max_age_s` by default.",
    )
