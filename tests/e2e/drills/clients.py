"""A client that asks all the time, as customers do."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

import requests

_PAUSE_S = 0.01
_TIMEOUT_S = 5.0


def release_at(url: str) -> str:
    """Return the release of the tiny service that answers at an address."""
    return str(requests.get(url, timeout=_TIMEOUT_S).json()["release"])


class SteadyClient:
    """Sends request after request on one keep-alive connection; a context manager.

    Args:
        url: Where to.

    Attributes:
        failures: What went wrong: lost requests and answers other than 200, in words.
        releases: Releases that answered, each once, in the order of their first answer.
        requests: Requests sent; count.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self.failures: list[str] = []
        self.releases: list[str] = []
        self.requests = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask_on, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join(2 * _TIMEOUT_S)

    def _ask_on(self) -> None:
        with requests.Session() as session:
            while not self._over.wait(_PAUSE_S):
                self.requests += 1
                self._ask(session)

    def _ask(self, session: requests.Session) -> None:
        try:
            answer = session.get(self._url, timeout=_TIMEOUT_S)
            if answer.status_code != requests.codes.ok:
                self.failures.append(f"{answer.status_code} {answer.text[:80]}")
                return
            release = answer.json()["release"]
        except (requests.RequestException, ValueError, KeyError) as error:
            self.failures.append(repr(error))
            return
        if release not in self.releases:
            self.releases.append(release)
