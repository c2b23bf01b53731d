"""A load test asks for one kind of load; whatever is wrong with it is said at once."""

from __future__ import annotations

import pytest

from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.errors import ConfigError


def _spec(**asked: object) -> LoadSpec:
    known = {"users": 0, "spawn_rate": 0.0, "duration_s": 10.0, **asked}
    return LoadSpec("x.py", "http://h", **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({"users": 4, "spawn_rate": 2}, id="closed"),
        pytest.param({"rate": 200}, id="open"),
        pytest.param({"ramp": ((0, 10), (5, 50))}, id="ramp-of-users"),
        pytest.param({"users": 10, "ramp": ((5, 50),)}, id="ramp-from-users"),
        pytest.param({"rate": 10, "ramp": ((0, 10), (5, 50))}, id="ramp-of-a-rate"),
        pytest.param({"rate": 0, "ramp": ((5, 50),)}, id="ramp-from-nothing"),
        pytest.param({"shape": "Steps"}, id="shape"),
    ],
)
def test_each_kind_of_load_can_be_had(asked: dict[str, object]) -> None:
    assert _spec(**asked).duration_s == 10


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param({}, ["give users and spawn_rate, or rate, or ramp"], id="nothing"),
        pytest.param({"users": 4}, ["spawn_rate must be > 0 and finite, got 0"], id="no-spawn"),
        pytest.param({"spawn_rate": 4}, ["users must be >= 1, got 0"], id="no-users"),
        pytest.param(
            {"users": 4, "spawn_rate": 4, "rate": 5}, ["users and spawn_rate and rate"], id="both"
        ),
        pytest.param({"rate": 5, "shape": "S"}, ["rate and shape are different"], id="rate-shape"),
        pytest.param(
            {"ramp": ((0, 5),), "shape": "S"}, ["ramp and shape are different"], id="ramp-shape"
        ),
        pytest.param({"rate": 0}, ["rate must be > 0 and finite, got 0"], id="no-rate"),
        pytest.param({"rate": float("nan")}, ["rate must be > 0 and finite"], id="no-number"),
        pytest.param(
            {"users": 2, "spawn_rate": 1, "ramp": ((5, 9),)}, ["spawn_rate has no"], id="s"
        ),
        pytest.param({"users": 2, "ramp": ((0, 9),)}, ["begin it with (0, 2)"], id="two-begins"),
        pytest.param({"ramp": ((0, 0), (5, 0))}, ["never rises above 0"], id="flat"),
        pytest.param(
            {"rate": -1, "duration_s": 0, "max_users": 0, "ramp": ((3, 1), (2, 1))},
            ["rate must", "duration_s must", "max_users must", "times must rise"],
            id="everything",
        ),
    ],
)
def test_everything_that_is_wrong_is_said_at_once(
    asked: dict[str, object], said: list[str]
) -> None:
    with pytest.raises(ConfigError) as caught:
        _spec(**asked)

    assert [each for each in said if each not in str(caught.value)] == []


def test_the_course_of_each_kind_is_known_but_for_a_shape() -> None:
    assert _spec(users=4, spawn_rate=4).course == _spec(ramp=((0, 4),)).course
    assert _spec(rate=0, ramp=((5, 50),)).course == _spec(ramp=((0, 0), (5, 50))).course
    assert _spec(rate=7).course.points == ((0, 7),)  # type: ignore[union-attr]
    assert _spec(shape="S").course is None


def test_users_are_level_before_the_first_point_of_their_ramp() -> None:
    course = _spec(ramp=((5, 50), (8, 80))).course

    assert course is not None
    assert [course.at(at_s) for at_s in (0, 4, 5)] == [50, 50, 50]


@pytest.mark.parametrize(
    ("users", "spawn_rate", "wanted"),
    [
        pytest.param(8, 8, [8, 8, 8, 8], id="all-at-once"),
        pytest.param(5, 2, [2, 2, 4, 5], id="last-step-is-short"),
        pytest.param(4, 0.5, [1, 1, 1, 2], id="one-in-two-seconds"),
        pytest.param(4, 1.6, [1, 1, 2, 4], id="one-more-often-than-once-a-second"),
    ],
)
def test_users_are_started_in_the_steps_of_locust(
    users: int, spawn_rate: float, wanted: list[float]
) -> None:
    course = _spec(users=users, spawn_rate=spawn_rate).course

    assert course is not None
    assert [course.at(at_s) for at_s in (0, 0.5, 1.0, 2.0)] == wanted


def test_the_mean_of_users_is_that_of_their_steps() -> None:
    course = _spec(users=8, spawn_rate=8).course
    steps = _spec(users=4, spawn_rate=2).course

    assert course is not None
    assert steps is not None
    assert course.mean(2) == pytest.approx(8)
    assert [steps.mean(1), steps.mean(2)] == pytest.approx([2, 3])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"users": "8", "spawn_rate": 8}, "users must be a whole number, got '8'"),
        ({"users": True, "spawn_rate": 8}, "users must be a whole number, got True"),
        ({"users": 1.5, "spawn_rate": 8}, "users must be a whole number, got 1.5"),
        ({"users": 1, "spawn_rate": float("inf")}, "spawn_rate must be > 0 and finite, got inf"),
        ({"rate": "5"}, "rate must be a number, got '5'"),
        ({"rate": 5, "duration_s": "2"}, "duration_s must be a number, got '2'"),
        ({"ramp": (1, 2)}, "ramp must be points of seconds and a number"),
        ({"ramp": "abc"}, "ramp must be points of seconds and a number"),
        ({"ramp": ((1, 2, 3),)}, "ramp must be points of seconds and a number"),
        ({"shape": 5}, "shape must be the name of a class"),
        ({"rate": 5, "max_users": 1.5}, "max_users must be a whole number, got 1.5"),
        ({"users": 5, "spawn_rate": 5, "max_users": 2}, "max_users has no meaning without rate"),
        ({"rate": 5, "user_classes": "Reader"}, "user_classes must be names of classes"),
        ({"rate": 5, "user_classes": ("--host=http://evil",)}, "names of classes"),
        ({"rate": 5, "user_classes": ("",)}, "user_classes must be names of classes"),
        ({"rate": 5, "variables": "AB"}, "variables must be a dict by name, got a str"),
        ({"rate": 5, "data": [1]}, "data must be a dict by name, got a list"),
        ({"rate": 5, "variables": {"PYTHONPATH": "x"}}, "PYTHONPATH would change the generator"),
        ({"rate": 5, "variables": {"LD_PRELOAD": "x"}}, "LD_PRELOAD would change the generator"),
        ({"rate": 1e9}, "rate must be <= 100000 with 1 processes, got 1e+09"),
        ({"rate": 5, "ramp": ((5, 1e9),)}, "rate must be <= 100000 with 1 processes, got 1e+09"),
    ],
)
def test_what_no_load_test_can_be_asked_is_refused(asked: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _spec(**asked)

    assert said in str(caught.value)


def test_all_wrong_types_are_named_at_once() -> None:
    with pytest.raises(ConfigError, match=r"users must .*; duration_s must .*; ramp must "):
        _spec(users="8", spawn_rate=1, duration_s=None, ramp=5)
