"""Metrics that instances tell of themselves."""

from __future__ import annotations

import pytest

from pytest_pipeline.adapters.alarm_sources.exposition import Sample, samples
from pytest_pipeline.domain.alarms.instance_figures import InstanceFigures
from pytest_pipeline.domain.alarms.sources import InstancesSource
from tests.component.adapters.alarms.conftest import Ask
from tests.component.adapters.alarms.told_server import Told, ToldServer

METRICS = """# HELP http_requests_total All requests.
# TYPE http_requests_total counter
http_requests_total{code="200",path="/a b"} 90 1395066363000
http_requests_total{code="500", path="}\\"x\\\\y"} 1.0e1
queue_length 4
temperature NaN
pressure +Inf
# TYPE jobs counter
jobs 7
"""
CUT = 'payments_total{outcome="ok"} 100\npayments_total{outcome="failed"} 50\n'
FAILED = InstancesSource(
    "payments_total", labels={"outcome": "failed"}, kind="ratio", divisor="payments_total"
)


def test_the_text_format_is_read() -> None:
    counter = "http_requests"
    assert samples(METRICS)[:3] == [
        Sample("http_requests_total", {"code": "200", "path": "/a b"}, 90, counter),
        Sample("http_requests_total", {"code": "500", "path": '}"x\\y'}, 10, counter),
        Sample("queue_length", {}, 4),
    ]
    assert len(samples(METRICS)) == 6


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("queue_length 4\nbroken{\n", "its metrics are not in Prometheus' text format"),
        ("queue_length four\n", "its metrics are not in Prometheus' text format"),
        ("queue_length 4\nqueue_length 1", "its metrics end within a line"),
        (b"queue_length 4\n# \xff\n", "its metrics are not UTF-8"),
    ],
)
def test_what_is_not_understood_is_missing(
    ask: Ask, server: ToldServer, text: str | bytes, reason: str
) -> None:
    server.answers["/metrics"] = Told(text)

    answer = ask(InstancesSource("queue_length"), instances={"r2-0": server.url})

    assert answer.figures == {}
    assert answer.reason.startswith(f"r2-0: {reason}")


@pytest.mark.parametrize("length", [33, 40])
def test_an_answer_that_breaks_off_is_missing(ask: Ask, server: ToldServer, length: int) -> None:
    server.answers["/metrics"] = Told(CUT[:length], headers={"Content-Length": str(len(CUT))})

    answer = ask(FAILED, instances={"r2-0": server.url})

    assert answer.figures == {}
    assert answer.reason.endswith("/metrics: its answer broke off")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (InstancesSource("queue_length"), InstanceFigures(4)),
        (InstancesSource("http_requests_total"), InstanceFigures(100)),
        (InstancesSource("jobs"), InstanceFigures(7)),
        (InstancesSource("http_requests_total", labels={"code": "500"}), InstanceFigures(10)),
        (
            InstancesSource(
                "http_requests_total", labels={"code": "503"}, kind="ratio",
                divisor="http_requests_total",
            ),
            InstanceFigures(0, 100),
        ),
    ],
)  # fmt: skip
def test_each_instance_is_asked(
    ask: Ask, server: ToldServer, source: InstancesSource, told: InstanceFigures
) -> None:
    server.answers["/metrics"] = Told(METRICS)

    answer = ask(source, instances={"r2-0": server.url, "r2-1": server.url})

    assert answer.figures == {"r2-0": told, "r2-1": told}
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (InstancesSource("nothing"), "r2-0: it tells no nothing"),
        (InstancesSource("queue_length", labels={"a": "b"}),
         "r2-0: no sample of queue_length has a label a"),
        (InstancesSource("http_requests_total", labels={"code": "1"}),
         "r2-0: it tells no http_requests_total with {'code': '1'}"),
        (InstancesSource("http_requests_total", labels={"cod": "500"}, kind="rate"),
         "r2-0: no sample of http_requests_total has a label cod"),
        (InstancesSource("pressure"), "r2-0: pressure is inf"),
        (InstancesSource("temperature"), "r2-0: temperature is NaN"),
        (InstancesSource("queue_length", path="/other"), "r2-0: /other answered 404"),
    ],
)  # fmt: skip
def test_what_an_instance_does_not_tell_is_missing(
    ask: Ask, server: ToldServer, source: InstancesSource, reason: str
) -> None:
    server.answers["/metrics"] = Told(METRICS)

    answer = ask(source, instances={"r2-0": server.url})

    assert (answer.reason, answer.figures) == (reason, {})


def test_one_instance_that_does_not_answer_makes_the_whole_unreadable(
    ask: Ask, server: ToldServer
) -> None:
    server.answers["/metrics"] = Told(METRICS)
    two = {"r2-0": server.url, "r2-1": "http://127.0.0.1:1"}

    answer = ask(InstancesSource("queue_length"), instances=two)

    assert answer.figures == {}
    assert answer.reason == "r2-1: http://127.0.0.1:1/metrics: connection refused"


def test_no_instance_tells_nothing(ask: Ask) -> None:
    assert ask(InstancesSource("queue_length")).reason == "no instance serves"
