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
broken{
"""


def test_the_text_format_is_read() -> None:
    assert samples(METRICS)[:3] == [
        Sample("http_requests_total", {"code": "200", "path": "/a b"}, 90),
        Sample("http_requests_total", {"code": "500", "path": '}"x\\y'}, 10),
        Sample("queue_length", {}, 4),
    ]
    assert len(samples(METRICS)) == 4


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (InstancesSource("queue_length"), InstanceFigures(4)),
        (InstancesSource("http_requests_total"), InstanceFigures(100)),
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
         "r2-0: it tells no queue_length with {'a': 'b'}"),
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
