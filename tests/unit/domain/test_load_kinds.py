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
        pytest.param({"users": 4}, ["spawn_rate must be > 0, got 0"], id="no-spawn-rate"),
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
    assert _spec(users=4, spawn_rate=2).course == _spec(ramp=((0, 0), (2, 4))).course
    assert _spec(rate=0, ramp=((5, 50),)).course == _spec(ramp=((5, 50),)).course
    assert _spec(rate=7).course.points == ((0, 7),)  # type: ignore[union-attr]
    assert _spec(shape="S").course is None
