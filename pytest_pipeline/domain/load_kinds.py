"""The kinds of load: users, a rate, or a shape; and what is wrong with what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import TYPE_CHECKING

from pytest_pipeline.domain.load_ramps import wrong_points

if TYPE_CHECKING:
    from pytest_pipeline.domain.load import LoadSpec


#: Users of an open model at the same time, where nothing else is said.
MAX_USERS = 1000
#: More tasks a second than any process can begin, 1/s.
MOST_TASKS_PER_S = 100_000


def wrong_load(spec: LoadSpec) -> Iterator[str]:
    """Say everything that is wrong with what a load test asks for, and what to do."""
    yield from _wrong_kind(spec)
    yield from _wrong_values(spec)
    yield from _wrong_rate(spec)
    if spec.ramp:
        yield from _wrong_ramp(spec)


def _wrong_kind(spec: LoadSpec) -> Iterator[str]:
    asked = {
        "users and spawn_rate": bool(spec.users or spec.spawn_rate),
        "rate": spec.rate is not None,
        "shape": bool(spec.shape),
    }
    given = [name for name, is_asked in asked.items() if is_asked]
    if len(given) > 1:
        yield f"{' and '.join(given)} are different kinds of load; give one of them"
    elif not given and not spec.ramp:
        yield "give users and spawn_rate, or rate, or ramp, or shape"
    if spec.ramp and spec.shape:
        yield "ramp and shape are different kinds of load; give one of them"


def _wrong_values(spec: LoadSpec) -> Iterator[str]:
    closed = bool(spec.users or spec.spawn_rate) and not spec.ramp
    level = spec.rate is not None and not spec.ramp
    rate = 0.0 if spec.rate is None else spec.rate
    for name, value, wanted, right in (
        ("users", spec.users, ">= 1", spec.users >= closed),
        ("spawn_rate", spec.spawn_rate, "> 0 and finite", _is_spawn_rate(spec.spawn_rate, closed)),
        ("rate", spec.rate, "> 0 and finite", 0 <= rate < inf and (rate > 0 or not level)),
        ("duration_s", spec.duration_s, "> 0 and finite", 0 < spec.duration_s < inf),
        ("stop_timeout_s", spec.stop_timeout_s, ">= 0", 0 <= spec.stop_timeout_s < inf),
        ("max_users", spec.max_users, ">= 1", spec.max_users >= 1),
    ):
        if not right:
            yield f"{name} must be {wanted}, got {value!r}"


def _is_spawn_rate(value: float, closed: bool) -> bool:  # noqa: FBT001 - private
    return value < inf and (value > 0 or not closed)


def _wrong_rate(spec: LoadSpec) -> Iterator[str]:
    if spec.rate is None:
        if spec.max_users not in {MAX_USERS, 0}:
            yield "max_users has no meaning without rate; leave it out, or give a rate"
        return
    highest = max((spec.rate, *(height for _, height in spec.ramp)))
    most = MOST_TASKS_PER_S * spec.source.senders
    if most < highest < inf:
        yield f"rate must be <= {most:g} with {spec.source.senders} processes, got {highest:g}"


def _wrong_ramp(spec: LoadSpec) -> Iterator[str]:
    wrong = tuple(wrong_points(spec.ramp))
    yield from (f"ramp: {each}" for each in wrong)
    if spec.spawn_rate:
        yield "spawn_rate has no meaning with ramp, which says when users are started; leave it out"
    begin = spec.users or spec.rate
    (first_s, height), *_ = spec.ramp
    if begin and first_s == 0 and height != begin:
        name = "users" if spec.users else "rate"
        yield f"{name} = {begin:g} and ramp both say where it begins; begin it with (0, {begin:g})"
    if not wrong and not any(height for _, height in spec.ramp) and not begin:
        yield "ramp never rises above 0; give a point with users, or with a rate"
