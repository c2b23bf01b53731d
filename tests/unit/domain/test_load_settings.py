"""Where the load of a stage comes from, and what it is given."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from pytest_pipeline.domain.handoffs import Handoff, handoff_from_json
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_settings import (
    LoadSettings,
    host_and_port,
    settings_from_record,
)
from pytest_pipeline.errors import ConfigError

TWO = LoadSettings(processes=2, workers=("a", "b"), listen="10.0.0.1:5557")


def test_settings_are_read_as_they_were_written_and_default_where_they_were_not() -> None:
    assert settings_from_record(asdict(TWO)) == TWO
    assert settings_from_record(None) == LoadSettings()


def test_the_hand_off_tells_the_session_of_a_stage() -> None:
    told = Handoff("e", "performance", "/tmp", load=TWO)  # noqa: S108 - nothing is written

    assert handoff_from_json(told.to_json()) == told


@pytest.mark.parametrize(
    ("settings", "single", "senders"),
    [(LoadSettings(), True, 1), (LoadSettings(processes=3), False, 3), (TWO, False, 4)],
)
def test_who_sends(settings: LoadSettings, single: bool, senders: int) -> None:  # noqa: FBT001
    assert (settings.single, settings.senders) == (single, senders)


def test_each_machine_has_its_command() -> None:
    assert TWO.worker_commands == (
        "pytest-pipeline load worker 10.0.0.1:5557 --name a",
        "pytest-pipeline load worker 10.0.0.1:5557 --name b",
    )


def test_everything_that_cannot_be_is_named() -> None:
    with pytest.raises(ConfigError, match=r"processes must be 1-256, got 0; workers .*; listen "):
        LoadSettings(processes=0, workers=("a", "a"), listen="10.0.0.1")


@pytest.mark.parametrize("address", ["10.0.0.1", "10.0.0.1:0", "10.0.0.1:70000", ":5557"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="wanted HOST:PORT"):
        host_and_port(address)


def spec(**given: object) -> LoadSpec:
    asked = {"users": 1, "spawn_rate": 1, "duration_s": 1, **given}
    return LoadSpec("x.py", "http://127.0.0.1:1", **asked)  # type: ignore[arg-type]


def test_a_spec_shows_neither_variables_nor_data() -> None:
    shown = repr(spec(variables={"TOKEN": "s3cret"}, data={"password": "s3cret"}))

    assert "s3cret" not in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"variables": {"a b": "x"}}, "variables: got 'a b'"),
        ({"variables": {"LOCUST_USERS": "x"}}, "LOCUST_USERS would change the generator itself"),
        ({"variables": {"TOKEN": 5}}, "TOKEN must be a text without NUL, got a int"),
        ({"data": {"rows": {1, 2}}}, "data: 'rows' cannot be sent as JSON"),
        ({"data": {"rows": float("nan")}}, "data: 'rows' cannot be sent as JSON"),
        ({"data": {"": 1}}, "data: got the name ''"),
    ],
)
def test_variables_and_data_that_cannot_be_given_are_named(
    given: dict[str, object], said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        spec(**given)

    assert said in str(caught.value)


@pytest.mark.parametrize("processes", ["2", True, 1.5, None])
def test_processes_are_a_whole_number(processes: object) -> None:
    with pytest.raises(ConfigError, match="processes must be 1-256, got"):
        LoadSettings(processes=processes)  # type: ignore[arg-type]
