"""Gets a document over HTTP: bounded in time and size, without redirects and proxies."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from pytest_pipeline.engine.ports import Clock
from pytest_pipeline.errors import AlarmError

#: Longer answers are none, bytes.
LONGEST = 4 * 1024 * 1024
_CHUNK = 64 * 1024
_REDIRECTS = range(300, 400)


@dataclass(frozen=True)
class Fetched:
    """An answer.

    Attributes:
        status: Its status.
        body: What it held.
    """

    status: int
    body: bytes


@dataclass(frozen=True)
class Fetch:
    """A request.

    Attributes:
        url: What is got.
        timeout_s: Longest time until its answer is there whole, seconds, > 0.
        headers: What is sent along.
    """

    url: str
    timeout_s: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def fetch(wanted: Fetch, clock: Clock) -> Fetched:
    """Get a document.

    Raises:
        AlarmError: If there is no answer in time, it breaks off, is a redirect, or longer than
            `LONGEST`.
    """
    deadline = clock.now() + wanted.timeout_s
    parts = urlsplit(wanted.url)
    try:
        connection = _connection(parts, wanted.timeout_s)
        try:
            return _exchange(connection, parts, wanted, clock, deadline)
        finally:
            connection.close()
    except TimeoutError:
        raise AlarmError(f"{_shown(parts)} did not answer within {wanted.timeout_s:g} s") from None
    except ConnectionRefusedError:
        raise AlarmError(f"{_shown(parts)}: connection refused") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise AlarmError(f"{_shown(parts)}: no HTTP answer ({type(error).__name__})") from None


def _connection(parts: SplitResult, timeout_s: float) -> http.client.HTTPConnection:
    if parts.scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=timeout_s, context=context
        )
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)


def _exchange(
    connection: http.client.HTTPConnection,
    parts: SplitResult,
    wanted: Fetch,
    clock: Clock,
    deadline: float,
) -> Fetched:
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection.request("GET", target, headers={**wanted.headers, "Connection": "close"})
    open_socket = connection.sock  # the connection forgets it when the answer has begun
    _allow(open_socket, deadline - clock.now())
    response = connection.getresponse()
    if response.status in _REDIRECTS:
        host = urlsplit(response.headers.get("Location", "")).netloc or parts.netloc
        raise AlarmError(
            f"{_shown(parts)} answered {response.status} and leads to {host}: redirects are not "
            "followed, name the address itself"
        )
    body = bytearray()
    while True:
        _allow(open_socket, deadline - clock.now())
        chunk = response.read1(_CHUNK)
        if not chunk:
            # `read1` takes an end before the announced length for the end of the answer.
            if response.length:
                raise AlarmError(f"{_shown(parts)}: its answer broke off")
            return Fetched(response.status, bytes(body))
        body += chunk
        if len(body) > LONGEST:
            raise AlarmError(f"{_shown(parts)} answered with more than {LONGEST} bytes")


def _allow(open_socket: socket.socket, left_s: float) -> None:
    if left_s <= 0:
        raise TimeoutError
    open_socket.settimeout(left_s)


def _shown(parts: SplitResult) -> str:
    """Return where it was asked, without what may hold a secret."""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
