"""The tables ``[build]`` and ``[run]``: how the service is built and run."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pytest_pipeline.config.models.fields import (
    Array,
    NotEmpty,
    Program,
    Seconds,
    Table,
    UrlPath,
    VariableName,
    refuse,
)
from pytest_pipeline.config.models.placeholders import BuildText, InstanceText, ReleaseText
from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.services import CommandBuild, RunSpec, WheelBuild
from pytest_pipeline.domain.templates import placeholders


def _leaves_output(command: tuple[str, ...]) -> tuple[str, ...]:
    if not any("output" in placeholders(part) for part in command):
        raise refuse("got no {output}, wanted it somewhere: the folder that receives the artifact")
    return command


class WheelTable(Table):
    """Build a wheel of the service root and a hash-pinned lock of all its dependencies."""

    kind: Literal["wheel"] = Field(description="A wheel, built by the project's build backend.")
    timeout_s: Seconds = Field(
        default=WheelBuild.timeout_s, description="Longest duration of the build, seconds, > 0."
    )


class CommandTable(Table):
    """Run a command that leaves the files of the artifact in a folder."""

    kind: Literal["command"] = Field(description="Whatever files a command leaves in a folder.")
    command: Annotated[tuple[BuildText, ...], Array, Program, AfterValidator(_leaves_output)] = (
        Field(
            description="Program and arguments, run in the service root without a shell. "
            "`{output}`, which has to occur, becomes the folder, which exists and is empty."
        )
    )
    timeout_s: Seconds = Field(
        default=CommandBuild.timeout_s, description="Longest duration of the build, seconds, > 0."
    )


class MetricsTable(Table):
    """The counter of requests that each instance shows in Prometheus' text format.

    It is read from each instance before it gets traffic in a deployment and before it is stopped,
    and laid beside what the probe sent and what the router passed on.
    """

    path: UrlPath = Field(
        default=MetricsSpec.path, description="Where an instance shows its metrics."
    )
    requests: Annotated[str, Field(min_length=1)] = Field(
        description="Name of the counter, such as `http_requests_total`; its samples are summed up."
    )
    exclude: dict[str, Annotated[tuple[str, ...], Array, NotEmpty]] = Field(
        default_factory=dict,
        description="Label to values whose samples are left out, such as "
        '`{ route = ["/readyz", "/metrics"] }`: what else asks the instance.',
    )


class RunTable(Table):
    """How an instance is run and found ready."""

    command: Annotated[tuple[InstanceText, ...], Array, Program] = Field(
        description="Program and arguments that start an instance in the foreground. Placeholders: "
        "`{port}`, `{artifact}` (folder of the installed artifact), `{environment}`, `{release}`, "
        "`{instance}`, `{resources.NAME.url}`. `{port}` has to occur here or in `variables`."
    )
    migrate: Annotated[tuple[ReleaseText, ...], Array, Program] | None = Field(
        default=None,
        description="Program and arguments run once per release before its first instance starts. "
        "Placeholders: as `command` without `{port}` and `{instance}`.",
    )
    irreversible: bool = Field(
        default=RunSpec.irreversible,
        description="Whether releases before this one cannot run on the migrated data: a failure "
        "after the migration then freezes the rollout instead of going back.",
    )
    ready: UrlPath = Field(
        default=RunSpec.ready,
        description="Path that answers 2xx when the instance may get traffic.",
    )
    variables: dict[VariableName, InstanceText] = Field(
        default_factory=dict,
        description="Environment variables of instances; placeholders as in `command`.",
    )
    deploy_timeout_s: Seconds = Field(
        default=RunSpec.deploy_timeout_s,
        description="Longest time from launch to ready, seconds, > 0.",
    )
    drain_timeout_s: Seconds = Field(
        default=RunSpec.drain_timeout_s,
        description="Longest time to finish requests in flight, and again to exit after SIGTERM, "
        "seconds, > 0.",
    )
    migrate_timeout_s: Seconds = Field(
        default=RunSpec.migrate_timeout_s,
        description="Longest duration of the migration, seconds, > 0.",
    )
    metrics: MetricsTable | None = Field(
        default=None,
        description="Where an instance counts its requests; without it instances' counts are not "
        "compared with the probe's and the router's.",
    )
