"""Secrets do not get into what is passed on."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pytest_pipeline.domain.redaction import Redactor, secrets_among
from pytest_pipeline.domain.verdicts import Verdict


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("postgres://me:hunter2@db:5432/x", "postgres://me:***@db:5432/x", id="url"),
        pytest.param("'postgres://m...ter2@db/x'", "'postgres://***@db/x'", id="url-shortened"),
        pytest.param("redis://:hunter2@db", "redis://:***@db", id="url-without-user"),
        pytest.param("password=hunter2 host=db", "password=*** host=db", id="dsn"),
        pytest.param("PGPASSWORD='hunter2'", "PGPASSWORD='***'", id="variable"),
        pytest.param("http://db:5432/a@b", "http://db:5432/a@b", id="no-password"),
        pytest.param("tests/a.py::test_x[a@b]", "tests/a.py::test_x[a@b]", id="node-id"),
    ],
)
def test_passwords_are_taken_out_where_they_can_be_told(text: str, wanted: str) -> None:
    assert Redactor().text(text) == wanted


def test_values_of_secret_variables_are_taken_out_the_longest_first() -> None:
    variables = {"API_TOKEN": "abcdef", "DEPLOY_PASSWORD": "abcdefgh", "HOME": "/home/me"}

    redactor = Redactor(secrets_among(variables))

    assert redactor.text("got abcdefgh and abcdef in /home/me") == "got *** and *** in /home/me"


def test_short_values_are_words_and_stay() -> None:
    assert secrets_among({"TOKEN": "yes"}) == ()


@dataclass(frozen=True)
class Inner:
    text: str
    verdict: Verdict


@dataclass(frozen=True)
class Outer:
    inner: tuple[Inner, ...]
    by_name: dict[str, str]
    number: float = 1.5


def test_secrets_are_taken_out_of_whole_values() -> None:
    value = Outer((Inner("a secret!", Verdict.PASS),), {"x": "secret!"})

    cleaned = Redactor(("secret!",)).value(value)

    assert cleaned == Outer((Inner("a ***", Verdict.PASS),), {"x": "***"})
    assert cleaned.inner[0].verdict is Verdict.PASS
