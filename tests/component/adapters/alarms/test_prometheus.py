"""Instant queries: of a loopback fake that answers as documented, and of the real server.

The real one is asked where it is installed (Debian's package `prometheus`).
"""

from __future__ import annotations

import json
import shutil
import socket
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from pytest_pipeline.adapters.processes import GuardedProcesses
from pytest_pipeline.domain.alarms.sources import PrometheusSource
from pytest_pipeline.engine.alarm_sources import Answer
from pytest_pipeline.engine.ports import Command
from tests.component.adapters.alarms.conftest import CLOCK, SECRET, Ask
from tests.component.adapters.alarms.told_server import Told, ToldServer

API = "/api/v1/query"
NO_SERVER = shutil.which("prometheus") is None
#: Query, value and reason, as the real server and the documented format have it.
QUERIES = [
    ("scalar(vector(3))", 3.0, ""),
    ("vector(2.5)", 2.5, ""),
    ("vector(0) > 1", None, "the query comes to an empty vector"),
    ("vector(0) / 0", None, "the query comes to NaN"),
    ('label_replace(vector(1), "a", "1", "", "") or vector(2)', None,
     "the query comes to 2 elements, wanted one"),
    ('"text"', None, "the query comes to a string, wanted a scalar or a vector of one"),
    ("sum(", None, "Prometheus refused the query: bad_data"),
]  # fmt: skip


def answer_of(kind: str, result: object) -> Told:
    return Told(json.dumps({"status": "success", "data": {"resultType": kind, "result": result}}))


FAKED = {
    "scalar(vector(3))": answer_of("scalar", [1.5, "3"]),
    "vector(2.5)": answer_of("vector", [{"metric": {}, "value": [1.5, "2.5"]}]),
    "vector(0) > 1": answer_of("vector", []),
    "vector(0) / 0": answer_of("vector", [{"metric": {}, "value": [1.5, "NaN"]}]),
    QUERIES[4][0]: answer_of(
        "vector", [{"metric": {"a": "1"}, "value": [1, "1"]}, {"metric": {}, "value": [1, "2"]}]
    ),
    '"text"': answer_of("string", [1.5, "text"]),
    "sum(": Told('{"status":"error","errorType":"bad_data","error":"parse error"}', 400),
}


@pytest.mark.parametrize(("query", "value", "reason"), QUERIES)
def test_the_documented_answers_are_understood(
    ask: Ask, server: ToldServer, query: str, value: float | None, reason: str
) -> None:
    server.answers[API] = FAKED[query]

    answer = ask(PrometheusSource("{url}", query))

    asked = parse_qs(urlsplit(server.asked[0][0]).query)
    assert asked["query"] == [query]
    assert answer.value == value
    assert answer.reason.startswith(reason)
    assert bool(answer.reason) == bool(reason)


@pytest.mark.parametrize("text", ["+Inf", "-Inf"])
def test_no_bound_judges_infinity(ask: Ask, server: ToldServer, text: str) -> None:
    server.answers[API] = answer_of("scalar", [1, text])

    assert ask(PrometheusSource("{url}", "x")) == Answer(reason=f"the query comes to {text}")


def test_an_answer_with_warnings_is_missing(ask: Ask, server: ToldServer) -> None:
    data = {"resultType": "scalar", "result": [1, "3"]}
    warned = {"status": "success", "data": data, "warnings": ["remote read failed"]}
    server.answers[API] = Told(json.dumps(warned))

    answer = ask(PrometheusSource("{url}", "x"))

    assert answer == Answer(reason="Prometheus warns of the answer: remote read failed")


@pytest.mark.parametrize(
    "told",
    [Told("x"), Told("[]"), Told("null"), Told("{}", 502), answer_of("scalar", [1, "x"]),
     answer_of("vector", [{"metric": {}, "value": []}])],
)  # fmt: skip
def test_what_is_no_answer_of_prometheus_is_told(ask: Ask, server: ToldServer, told: Told) -> None:
    server.answers[API] = told

    answer = ask(PrometheusSource("{url}/", "up"))

    assert answer == Answer(reason=f"it answered {told.status}, but not as Prometheus does")


def test_a_query_knows_the_release_and_the_token_is_not_told(ask: Ask, server: ToldServer) -> None:
    server.answers[API] = Told(
        json.dumps({"status": "error", "errorType": "x", "error": f"no {SECRET}"}), 400
    )
    source = PrometheusSource("{url}", 'up{job="{release}"}', {"Authorization": "TOKEN"})

    answer = ask(source)

    path, headers = server.asked[0]
    assert parse_qs(urlsplit(path).query)["query"] == ['up{job="r2"}']
    assert headers["Authorization"] == f"Bearer {SECRET}"
    assert answer.reason == "Prometheus refused the query: x: no ***"


@pytest.fixture
def real(processes: GuardedProcesses, tmp_path: Path) -> str:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    (tmp_path / "prometheus.yml").write_text("global: {}\n")
    program = shutil.which("prometheus") or ""
    processes.start(
        Command(
            (
                program,
                f"--config.file={tmp_path}/prometheus.yml",
                f"--storage.tsdb.path={tmp_path}/data",
                f"--web.listen-address=127.0.0.1:{port}",
            ),
            tmp_path, {"PATH": "/usr/bin:/bin"}, tmp_path / "prometheus.log", "prometheus",
        )
    )  # fmt: skip
    pause = threading.Event()
    for _ in range(300):
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                break
        pause.wait(0.1)
    return f"http://127.0.0.1:{port}"


@pytest.mark.skipif(NO_SERVER, reason="no prometheus on PATH: apt-get install prometheus")
def test_the_real_server_answers_as_the_fake_does(ask: Ask, real: str) -> None:
    deadline = CLOCK.now() + 30
    while ask(PrometheusSource(real, "vector(1)")).value is None:
        assert CLOCK.now() < deadline, "it does not get ready"

    answers = {query: ask(PrometheusSource(real, query)) for query, _, _ in QUERIES}

    assert {query: each.value for query, each in answers.items()} == {
        query: value for query, value, _ in QUERIES
    }
    assert all(answers[query].reason.startswith(reason) for query, _, reason in QUERIES)
