"""A `requests` session with base URL, default deadline and trace headers."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urljoin

import requests

#: Longest wait for connecting, and between two pieces of an answer, seconds.
DEFAULT_TIMEOUT_S = 10.0


class PipelineHttp(requests.Session):
    """What `pipeline_http` gives a test.

    Attributes:
        base_url: What relative URLs are relative to; ends with a slash.
        request_id: Sent as ``X-Request-Id``; unless the test sets its own.
    """

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = f"{base_url.rstrip('/')}/"
        trace = secrets.token_hex(16)
        self.request_id = trace
        self.headers["X-Request-Id"] = trace
        self.headers["traceparent"] = f"00-{trace}-{secrets.token_hex(8)}-01"
        self.trust_env = False  # a proxy of the machine has no business in a measured environment

    def request(  # type: ignore[override]  # the same arguments, named by the base class
        self,
        method: str,
        url: str,
        *args: Any,  # noqa: ANN401 - those of requests.Session.request
        **kwargs: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Send a request as `requests.Session.request` does; a path is enough as URL."""
        kwargs.setdefault("timeout", DEFAULT_TIMEOUT_S)
        return super().request(method, urljoin(self.base_url, url.lstrip("/")), *args, **kwargs)
