"""The tables of an environment for what is tried before a release counts as promoted."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from pytest_pipeline.config.models.fields import Array, NotEmpty, Seconds, Table, refuse
from pytest_pipeline.domain.criteria import Comparison, parse_criterion
from pytest_pipeline.domain.overlap_checks import MixedVersions
from pytest_pipeline.domain.rehearsals import RehearsalLimits
from pytest_pipeline.errors import ConfigError


def _upper_bound(value: str) -> str:
    try:
        criterion = parse_criterion(value)
    except ConfigError:
        raise refuse(f"got {value!r}, wanted '<' or '<=' and a number such as '<= 30'") from None
    if criterion.relative or criterion.comparison not in (Comparison.LESS, Comparison.AT_MOST):
        raise refuse(f"got {value!r}, wanted an upper bound such as '<= 30'")
    if criterion.bound < 0:
        raise refuse(f"got {value!r}, which nothing can meet, wanted a bound >= 0")
    return value


class RehearsalTable(Table):
    """What the rehearsal of a promotion has to keep; with `rehearse = true`."""

    lost_requests: Annotated[str, AfterValidator(_upper_bound)] = Field(
        default=str(RehearsalLimits.lost_requests),
        description="Bound of the requests lost in its three deployments together.",
    )
    rollback_s: Annotated[str, AfterValidator(_upper_bound)] = Field(
        default=str(RehearsalLimits.rollback_s),
        description="Bound of the time from the beginning of the deployment back to all traffic "
        "on the release that served before, seconds.",
    )
    error_requests: Annotated[str, AfterValidator(_upper_bound)] | None = Field(
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
