"""The tables ``[[environments.NAME.alarms]]``: what takes a deployment back."""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from pytest_pipeline.config.models.fields import (
    Array,
    Count,
    Name,
    NotEmpty,
    Program,
    Seconds,
    Table,
    UrlPath,
    VariableName,
    one_of,
    refuse,
)
from pytest_pipeline.config.models.placeholders import AlarmText
from pytest_pipeline.domain.alarm_bounds import parse_bound
from pytest_pipeline.domain.alarms import TreatMissing
from pytest_pipeline.domain.criteria import Comparison
from pytest_pipeline.errors import ConfigError

#: Measures of the router that are bad when they are high.
_UPPER = ("error_ratio", "mean_latency_ms")
_DATAPOINTS = re.compile(r"\s*(\d+)\s+of\s+(\d+)\s*")
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")


def _bound(value: str, info: ValidationInfo) -> str:
    wanted = "'<' or '<=' and a number such as '<= 0.05'"
    try:
        criterion = parse_bound(value)
    except ConfigError:
        raise refuse(f"got {value!r}, wanted {wanted}") from None
    if info.data.get("compare") is not None:
        if not criterion.relative:
            raise refuse(
                f"got {value!r}, wanted a bound relative to stable, such as '<= +10%' or '<= 1.5x'"
            )
        return value
    if criterion.relative:
        raise refuse(f"got {value!r}, which is relative, wanted compare = 'stable' beside it")
    if criterion.comparison is Comparison.EQUAL:
        raise refuse(f"got {value!r}, wanted an upper or a lower bound such as '<= 0.05'")
    if info.data.get("measure") in _UPPER:
        _upper(value, info)
    return value


def _upper(value: str, info: ValidationInfo) -> None:
    criterion = parse_bound(value)
    if criterion.comparison not in (Comparison.LESS, Comparison.AT_MOST):
        raise refuse(f"got {value!r}, wanted an upper bound such as '<= 0.05'")
    if criterion.bound < 0:
        raise refuse(f"got {value!r}, which nothing can meet, wanted a bound >= 0")
    if info.data.get("measure") == "error_ratio" and criterion.bound > 1:
        raise refuse(f"got {value!r}, wanted a ratio in 0..1: 5 % is '<= 0.05'")


def _datapoints(value: object) -> tuple[int, int]:
    pair: tuple[object, ...] = ()
    if isinstance(value, str) and (found := _DATAPOINTS.fullmatch(value)):
        pair = (int(found[1]), int(found[2]))
    elif isinstance(value, list | tuple):
        pair = tuple(value)
    match pair:
        case (int(least), int(among)) if (type(least), type(among)) == (int, int):
            if 1 <= least <= among:
                return least, among
    got = repr(value) if isinstance(value, str) else "something else"
    raise refuse(f"got {got}, wanted M of N such as '2 of 3' or [2, 3], with 1 <= M <= N")


def _treat_missing(value: str) -> str:
    if value.replace("_", "").lower() == "notbreaching":
        raise refuse(
            f"got {value!r}, which there is not: what was not measured never passes; wanted one "
            f"of {', '.join(TreatMissing)}"
        )
    return one_of(value, tuple(TreatMissing), "policy")


def _address(value: str) -> str:
    if value.startswith("{"):
        return value
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise refuse("got what is no address, wanted one such as 'http://prometheus:9090'")
    if "@" in parts.netloc:
        raise refuse("got an address with a user or password, wanted header_variables for those")
    return value


def _pointer(value: str) -> str:
    if not _POINTER.fullmatch(value):
        raise refuse(f"got {value!r}, wanted a JSON pointer such as '/queue/length', or ''")
    return value


_Address = Annotated[AlarmText, AfterValidator(_address)]


class AlarmTable(Table):
    """A bound beyond which a deployment is taken back, or not begun.

    Which keys there are depends on `source`; see [the sources](alarms.md). With `all` or `any` it
    is a composite of other alarms, which act through it only.
    """

    name: Name | None = Field(
        default=None,
        description="Its name. Required for every source but the router, whose alarms have the "
        "name of their measure by default.",
    )
    source: Literal["router", "instances", "prometheus", "http", "command", "tests"] = Field(
        default="router", description="Where its datapoints come from."
    )
    measure: Literal["error_ratio", "mean_latency_ms", "requests", "requests_per_s"] | None = Field(
        default=None,
        description="`router`: answers with a 5xx status / all answers (0-1), the mean response "
        "time in milliseconds, the number of answers, or that a second.",
    )
    compare: Literal["stable"] | None = Field(
        default=None,
        description="`router`, `instances`: the bound is relative to what stable comes to.",
    )
    bound: Annotated[str, AfterValidator(_bound)] | None = Field(
        default=None,
        description='What must hold, such as `"<= 0.05"` or `"> 10"`, with `compare` such as '
        '`"<= +10%"` or `"<= 1.5x"`; a datapoint breaches when it does not. Without it `http` and '
        "`command` have to say true.",
    )
    period_s: Seconds | None = Field(
        default=None,
        description="Time from one datapoint to the next, seconds, > 0. By default `router` has "
        "one datapoint, of all since the release began to serve; the others have one a second, "
        "`tests` one in five.",
    )
    datapoints: Annotated[str | tuple[int, ...], PlainValidator(_datapoints)] = Field(
        default="1 of 1",
        description='M of N, such as `"2 of 3"`: it fires when M of the last N datapoints breach.',
    )
    minimum_samples: Count | None = Field(
        default=None,
        description="`router`, `instances`: a datapoint of fewer requests, or of a smaller growth "
        "of `divisor`, is missing, >= 1; 10 by default.",
    )
    minimum_requests: Count | None = Field(
        default=None, description="`router`: the same as `minimum_samples`."
    )
    treat_missing: Annotated[str, AfterValidator(_treat_missing)] = Field(
        default="missing",
        description="What a missing datapoint counts as: `missing` (could be either), `breaching`, "
        "or `ignore` (the state stays while one of the last N is there).",
    )
    timeout_s: Seconds | None = Field(
        default=None,
        description="An answer that takes longer is none, seconds, > 0; 2 by default, `command` 5, "
        "`tests` 30.",
    )
    during: Annotated[
        tuple[Literal["before", "canary", "bake", "rollout"], ...], Array, NotEmpty
    ] = Field(
        default=("canary", "bake"),
        description="When it is asked: before the deployment begins, while both releases get "
        "traffic, while the candidate has all of it, or at any time since its first traffic.",
    )
    path: UrlPath | None = Field(
        default=None, description="`instances`: the endpoint on each; `/metrics` by default."
    )
    metric: str | None = Field(default=None, description="`instances`: name of the metric.")
    labels: dict[str, str] = Field(
        default_factory=dict, description="`instances`: labels that its samples have to have."
    )
    aggregate: Literal["sum", "mean", "max", "min"] | None = Field(
        default=None, description="`instances`: over the instances; `sum` by default."
    )
    kind: Literal["value", "rate", "ratio"] | None = Field(
        default=None,
        description="`instances`: the value as it stands (by default), the growth of a counter a "
        "second, or that of `metric` / that of `divisor`.",
    )
    divisor: str | None = Field(default=None, description="`instances`: the ratio's other metric.")
    divisor_labels: dict[str, str] = Field(
        default_factory=dict, description="`instances`: labels of the other metric."
    )
    url: _Address | None = Field(
        default=None, description="`prometheus`: base URL of the server. `http`: what is asked."
    )
    query: AlarmText | None = Field(
        default=None,
        description="`prometheus`: PromQL that comes to a scalar or a vector of one element.",
    )
    pointer: Annotated[str, AfterValidator(_pointer)] | None = Field(
        default=None,
        description="`http`: JSON pointer to a number, true or false; the whole by default.",
    )
    header_variables: dict[str, VariableName] = Field(
        default_factory=dict,
        description="`prometheus`, `http`: header to the name of the environment variable that "
        "holds its value.",
    )
    command: Annotated[tuple[AlarmText, ...], Array, Program] | None = Field(
        default=None,
        description="`command`: program and arguments, run in the service root. It prints a "
        "number; without a bound its exit code speaks.",
    )
    tests: Annotated[tuple[str, ...], Array, NotEmpty] | None = Field(
        default=None,
        description="`tests`: layers or node ids, run against the clients' URL.",
    )
    all: Annotated[tuple[str, ...], Array, NotEmpty] | None = Field(
        default=None, description="Names of alarms all of which have to fire."
    )
    any: Annotated[tuple[str, ...], Array, NotEmpty] | None = Field(
        default=None, description="Names of alarms one of which has to fire."
    )
