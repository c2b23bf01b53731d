"""The session that tests talk to their environment with."""

from __future__ import annotations

import pytest
import requests
from requests.adapters import BaseAdapter

from pytest_pipeline.plugin.http_session import PipelineHttp


class Recorded(BaseAdapter):
    """A transport that keeps what would be sent."""

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, **options: object
    ) -> requests.Response:
        self.request, self.options = request, options
        response = requests.Response()
        response.status_code, response.request = 204, request
        return response

    def close(self) -> None:
        pass


@pytest.fixture
def sent() -> Recorded:
    return Recorded()


@pytest.fixture
def http(sent: Recorded) -> PipelineHttp:
    session = PipelineHttp("http://127.0.0.1:8080/shop")
    session.mount("http://", sent)
    return session


@pytest.mark.parametrize(
    ("url", "sent_to"),
    [
        ("/orders?x=1", "http://127.0.0.1:8080/shop/orders?x=1"),
        ("orders", "http://127.0.0.1:8080/shop/orders"),
        ("http://other/x", "http://other/x"),
    ],
)
def test_paths_are_relative_to_the_environment(
    http: PipelineHttp, sent: Recorded, url: str, sent_to: str
) -> None:
    http.get(url)

    assert sent.request.url == sent_to


def test_every_request_has_a_deadline_and_a_trace(http: PipelineHttp, sent: Recorded) -> None:
    http.post("/orders", json={})

    assert sent.options["timeout"] == 10.0
    assert sent.request.headers["X-Request-Id"] == http.request_id
    assert sent.request.headers["traceparent"].split("-")[1] == http.request_id


def test_a_test_may_set_its_own_deadline(http: PipelineHttp, sent: Recorded) -> None:
    http.get("/orders", timeout=1)

    assert sent.options["timeout"] == 1
