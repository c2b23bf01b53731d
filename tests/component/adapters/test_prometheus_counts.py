"""Reading what instances counted, from real servers on the loopback address."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from prometheus_client import CollectorRegistry, Counter, generate_latest

from pytest_pipeline.adapters.prometheus_counts import PrometheusCounter
from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.errors import MissingExtraError, PipelineError, TargetError

SPEC = MetricsSpec("http_requests_total")


@contextmanager
def showing(page: bytes, *, status: int = 200, piece_s: float = 0.0) -> Iterator[str]:
    """Serve a page; with ``piece_s`` byte by byte, so long after each other."""
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/metrics"
            self.send_response(status if found else 404)
            self.send_header("content-length", str(len(page)))
            self.end_headers()
            pieces = [page[at : at + 1] for at in range(len(page))] if piece_s else [page]
            for piece in pieces:
                self.wfile.write(piece)
                if piece_s and over.wait(piece_s):
                    return

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        over.set()
        server.shutdown()
        thread.join(10)
        server.server_close()


def page(**counts: int) -> bytes:
    """Return the page of a service that counted some requests by route."""
    registry = CollectorRegistry()
    counter = Counter("http_requests", "Requests.", ("route", "method"), registry=registry)
    for route, count in counts.items():
        counter.labels(f"/{route}", "GET").inc(count)
    return generate_latest(registry)


def count(url: str, spec: MetricsSpec = SPEC, *, timeout_s: float = 5.0) -> int:
    return PrometheusCounter().count(url, spec, timeout_s=timeout_s)


def test_the_samples_of_the_counter_are_summed_up() -> None:
    with showing(page(orders=3, products=4)) as url:
        assert count(url) == 7


def test_samples_with_labels_that_are_left_out_do_not_count() -> None:
    spec = MetricsSpec(SPEC.requests, exclude={"route": ("/readyz", "/metrics"), "method": ("X",)})

    with showing(page(orders=3, readyz=40, metrics=5)) as url:
        assert count(url, spec) == 3


def test_a_counter_whose_name_has_no_ending_is_read() -> None:
    with showing(b"# TYPE requests counter\nrequests 7\n") as url:
        assert count(url, MetricsSpec("requests")) == 7


def test_a_counter_that_counted_nothing_yet_is_zero() -> None:
    with showing(page()) as url:
        assert count(url) == 0


@pytest.mark.parametrize(
    ("shown", "status", "says"),
    [
        pytest.param(page(a=1), 503, "answered 503", id="refused"),
        pytest.param(page(a=1), 302, "answered 302", id="redirect"),
        pytest.param(b"up 1\n", 200, "shows no http_requests_total; wanted the name", id="other"),
        pytest.param(b"<html>{ not metrics", 200, "not in Prometheus' text format", id="html"),
        pytest.param(b"\xff\xfe", 200, "not in Prometheus' text format", id="bytes"),
    ],
)
def test_a_page_that_says_nothing_of_requests_is_refused(
    shown: bytes, status: int, says: str
) -> None:
    with showing(shown, status=status) as url, pytest.raises(TargetError, match=says):
        count(url)


def test_an_instance_that_is_gone_gives_no_count() -> None:
    with showing(b"") as url:
        pass

    with pytest.raises(TargetError, match="gave no HTTP answer"):
        count(url)


def test_the_deadline_is_of_the_whole_answer() -> None:
    with (
        showing(page(orders=3), piece_s=0.02) as url,
        pytest.raises(TargetError, match=r"no answer within 0\.2 s"),
    ):
        count(url, timeout_s=0.2)


def test_without_the_parser_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "prometheus_client.parser", None)

    with showing(page(orders=3)) as url, pytest.raises(PipelineError) as caught:
        count(url)

    assert isinstance(caught.value, MissingExtraError)
    assert "pytest-pipeline-gates[deploy]" in str(caught.value)
