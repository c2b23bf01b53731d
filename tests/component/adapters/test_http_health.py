"""Asking for readiness, with real servers on the loopback address."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pytest_pipeline.adapters.http_health import HttpHealth


@contextmanager
def answering(answer: bytes | None) -> Iterator[str]:
    """Serve one connection: send the answer and close; for None, accept and say nothing."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(5)

        def serve() -> None:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                return  # nobody came, which the test will notice
            with connection:
                connection.recv(65536)
                if answer is None:
                    over.wait(10)
                else:
                    connection.sendall(answer)

        worker = threading.Thread(target=serve)
        worker.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/ready"
        over.set()
        worker.join(10)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", None, id="200"),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", None, id="204"),
        pytest.param(
            b"HTTP/1.1 503 Service Unavailable\r\n\r\n", "503 Service Unavailable", id="503"
        ),
        pytest.param(b"HTTP/1.1 500\r\n\r\n", "500 Internal Server Error", id="no-phrase"),
        pytest.param(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "302 Found", id="redirect"),
        pytest.param(b"", "connection closed without an answer", id="closed"),
        pytest.param(b"SSH-2.0-x\r\n", "an answer that is not HTTP", id="not-http"),
        pytest.param(None, "no answer within 0.2 s", id="silent"),
    ],
)
def test_the_answer_is_told_in_words(answer: bytes | None, says: str | None) -> None:
    with answering(answer) as url:
        told = HttpHealth().ready(url, timeout_s=0.2 if answer is None else 5.0)

    assert told == says


def test_where_nobody_listens_the_connection_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    told = HttpHealth().ready(f"http://127.0.0.1:{port}/", timeout_s=5)

    assert told == "connection refused"


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    with answering(b"HTTP/1.1 200 OK\r\n\r\n") as url:
        told = HttpHealth().ready(url, timeout_s=5)

    assert told is None
