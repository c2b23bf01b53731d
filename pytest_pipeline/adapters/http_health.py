"""Asks instances over HTTP whether they are ready."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import requests

_READY = range(200, 300)


class HttpHealth:
    """The health probe on HTTP: a new connection each time, without proxies or redirects."""

    def ready(self, url: str, *, timeout_s: float) -> str | None:
        """Ask once.

        Args:
            url: What to ask, with the path.
            timeout_s: Longest wait for the connection, and again for the answer, seconds, > 0.

        Returns:
            None when it answered 2xx, else what it answered, for people.
        """
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.headers["Connection"] = "close"
                with session.get(
                    url, timeout=timeout_s, allow_redirects=False, stream=True
                ) as response:
                    status = response.status_code
                    return None if status in _READY else _name(status, response.reason)
        except requests.Timeout:
            return f"no answer within {timeout_s:g} s"
        except requests.RequestException as error:
            return _describe(error)


def _name(status: int, reason: str | None) -> str:
    """Return the status as in ``503 Service Unavailable``."""
    if not reason and status in set(HTTPStatus):
        reason = HTTPStatus(status).phrase
    return f"{status} {reason or ''}".strip()


def _describe(error: requests.RequestException) -> str:
    """Say what lies under the layers of HTTP clients."""
    causes = list(_causes(error))
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "connection refused"
    if any(isinstance(cause, ConnectionError) for cause in causes):
        return "connection closed without an answer"
    if any(type(cause).__name__ == "BadStatusLine" for cause in causes):
        return "an answer that is not HTTP"
    return f"no HTTP answer ({type(error).__name__})"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what it wraps: as cause, as context, as ``reason`` or as argument."""
    pending: list[object] = [error]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if isinstance(one, BaseException) and id(one) not in seen:
            seen.add(id(one))
            pending += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
            yield one
