"""A number or a truth in a JSON document that HTTP answers."""

from __future__ import annotations

import threading

import pytest

from pytest_pipeline.adapters.alarm_sources.fetching import LONGEST
from pytest_pipeline.domain.alarms.sources import HttpSource
from pytest_pipeline.engine.alarm_sources import Answer
from tests.component.adapters.alarms.conftest import SECRET, Ask
from tests.component.adapters.alarms.told_server import Told, ToldServer

DOCUMENT = '{"a": [1, 2.5], "b/c": {"~": true}, "n": null, "": 7, "s": "3", "i": -1e400}'


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("/a/0", 1), ("/a/1", 2.5), ("/b~1c/~0", 1), ("/", 7)],
)
def test_a_pointer_leads_to_a_number_or_a_truth(
    ask: Ask, server: ToldServer, pointer: str, value: float
) -> None:
    server.answers["/stats"] = Told(DOCUMENT)

    assert ask(HttpSource("{url}/stats", pointer)) == Answer(value)


@pytest.mark.parametrize(
    ("told", "pointer", "reason"),
    [
        (Told(DOCUMENT), "/a/2", "its answer has nothing at '/a/2'"),
        (Told(DOCUMENT), "/a/01", "its answer has nothing at '/a/01'"),
        (Told(DOCUMENT), "/x", "its answer has nothing at '/x'"),
        (Told(DOCUMENT), "/s", "its answer has str at '/s', wanted a finite number, true or false"),
        (Told(DOCUMENT), "/n", "its answer has NoneType at '/n', wanted a finite number"),
        (Told(DOCUMENT), "/i", "its answer has float at '/i', wanted a finite number"),
        (Told("NaN"), "", "its answer has float at '', wanted a finite number"),
        (Told("{"), "", "it answered 200 with what is no JSON"),
        (Told("[" * 100_000), "", "it answered 200 with what is no JSON"),
        (Told("1", 503), "", "it answered 503"),
        (Told("", 302, {"Location": "http://elsewhere.example/x"}), "",
         "answered 302 and leads to elsewhere.example: redirects are not followed"),
        (Told(b"1" * (LONGEST + 1)), "", f"answered with more than {LONGEST} bytes"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(
    ask: Ask, server: ToldServer, told: Told, pointer: str, reason: str
) -> None:
    server.answers["/stats"] = told

    answer = ask(HttpSource("{url}/stats", pointer))

    assert answer.value is None
    assert reason in answer.reason


def test_an_answer_that_is_late_is_none(ask: Ask, server: ToldServer) -> None:
    server.answers["/stats"] = Told("1", after=threading.Event())

    answer = ask(HttpSource("{url}/stats"), timeout_s=0.2)

    assert answer == Answer(reason=f"{server.url}/stats did not answer within 0.2 s")


def test_nobody_there_is_said(ask: Ask) -> None:
    answer = ask(HttpSource("http://127.0.0.1:1/x"))

    assert answer == Answer(reason="http://127.0.0.1:1/x: connection refused")


def test_a_header_comes_from_a_variable_and_shows_nowhere_else(
    ask: Ask, server: ToldServer
) -> None:
    server.answers["/stats"] = Told(f'{{"error": "bad {SECRET}"}}')
    source = HttpSource("{url}/stats", "/error", {"Authorization": "TOKEN"})

    answer = ask(source)

    assert server.asked[0][1]["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in str(answer)


def test_a_variable_that_is_not_set_is_named(ask: Ask, server: ToldServer) -> None:
    answer = ask(HttpSource("{url}/stats", "", {"Authorization": "MISSING"}))

    assert answer == Answer(
        reason="the variable MISSING for the header Authorization is not set: set it"
    )
    assert server.asked == []
