"""The tables ``[environments.NAME.probe]``: the traffic that measures deployments."""

from __future__ import annotations

import json
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from pytest_pipeline.config.models.fields import (
    Anything,
    Array,
    Count,
    NotEmpty,
    Seconds,
    Table,
    UrlPath,
    refuse,
)
from pytest_pipeline.config.models.placeholders import ProbeText, probe_text
from pytest_pipeline.domain.environments import ProbeRoute, ProbeSpec
from pytest_pipeline.domain.marked_requests import MARKER_HEADER

_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
#: Header fields that the probe sets itself.
_OWN = ("host", "content-length", "connection", "transfer-encoding", MARKER_HEADER)


def _field_name(value: str) -> str:
    if not _FIELD_NAME.fullmatch(value):
        raise refuse("got what is no name of a header field, wanted one such as 'idempotency-key'")
    if value.lower() in _OWN:
        raise refuse(f"got {value!r}, which the probe sets itself, wanted another header field")
    return value


def _field_value(value: str) -> str:
    # Not shown: it may be a secret.
    if not value.isascii() or not value.isprintable():
        raise refuse("got a value that is not of printable ASCII characters, wanted one that is")
    return value


def _one_body(value: Anything, info: ValidationInfo) -> Anything:
    if value is not None and info.data.get("body"):
        raise refuse("got `json` beside `body`, wanted one of them")
    try:
        probe_text(json.dumps(value))
    except TypeError:
        raise refuse("got a date or time, which JSON does not have, wanted a string") from None
    return value


def _one_form(
    value: tuple[RouteTable, ...] | None, info: ValidationInfo
) -> tuple[RouteTable, ...] | None:
    if value and info.data.get("path") is not None:
        raise refuse(
            "got `routes` beside `path`, wanted one of them: `path` is short for one route"
        )
    return value


class RouteTable(Table):
    """A kind of request that the probe sends.

    `{n}` in the path, in values of headers and in the body becomes the running number of the
    request, from 1 in every deployment; `{token}` a text that each deployment has of its own.
    Methods other than GET, HEAD and OPTIONS write to the environment.
    """

    path: Annotated[UrlPath, ProbeText] = Field(description="What is requested.")
    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = Field(
        default="GET", description="With which method."
    )
    weight: Count = Field(
        default=ProbeRoute.weight,
        description="Share of the requests, beside the weights of the other routes, >= 1. Routes "
        "take turns that are the same every time.",
    )
    headers: dict[
        Annotated[str, AfterValidator(_field_name)],
        Annotated[str, AfterValidator(_field_value), ProbeText],
    ] = Field(default_factory=dict, description="Header fields, such as an idempotency key.")
    body: Annotated[str, ProbeText] = Field(
        default=ProbeRoute.body, description="The body, as text."
    )
    json_: Annotated[Anything, AfterValidator(_one_body)] = Field(
        default=None,
        alias="json",
        description="Instead of `body`: a value that is sent as JSON, with its `content-type`.",
    )


class ProbeTable(Table):
    """The client traffic that measures each deployment."""

    path: UrlPath | None = Field(
        default=None,
        description="What is requested with GET; short for a single route. `/` by default.",
    )
    routes: Annotated[tuple[RouteTable, ...] | None, Array, NotEmpty, AfterValidator(_one_form)] = (
        Field(default=None, description="What is requested, by turns.")
    )
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
