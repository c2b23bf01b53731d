"""The record of marked requests: a line of Envoy's access log for each, and none for others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.marked_requests import MARKER_HEADER, RoutedRequest, token_of
from pytest_pipeline.errors import RouterError

MARKED_LOG_NAME = "marked.jsonl"

#: How long Envoy keeps lines to itself, milliseconds. Lines that a killed router kept are lost.
FLUSH_INTERVAL_MS = 50

# Any client may send the header, with a value as long as it likes: what the probe cannot have sent
# is not written down. Envoy refuses expressions that allow for much more.
_MARKER = {"safe_regex": {"regex": "[0-9A-Za-z]{1,16}-[0-9]{1,10}"}}

_FIELDS = {
    "marker": f"%REQ({MARKER_HEADER})%",
    "status": "%RESPONSE_CODE%",
    "details": "%RESPONSE_CODE_DETAILS%",
    "flags": "%RESPONSE_FLAGS%",
    "release": "%UPSTREAM_CLUSTER_RAW%",
    # The endpoint's host name, which is the instance's identifier (`resources`).
    "instance": "%UPSTREAM_HOST_NAME%",
    "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
    "duration_ms": "%DURATION%",
}

_TYPES = "type.googleapis.com/envoy."


def access_log(path: Path) -> dict[str, Any]:
    """Return the log for the bootstrap document.

    The marker goes on to the instance: its own log can be read beside this one. Only what has the
    shape of a marker is written down (`marked_requests.marker_of`), so that a line is short.
    """
    return {
        "name": "envoy.access_loggers.file",
        "filter": {"header_filter": {"header": {"name": MARKER_HEADER, "string_match": _MARKER}}},
        "typed_config": {
            "@type": _TYPES + "extensions.access_loggers.file.v3.FileAccessLog",
            "path": str(path),
            "log_format": {"json_format": _FIELDS},
        },
    }


class MarkedLog:
    """The record in a router's folder.

    Args:
        folder: The router's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / MARKED_LOG_NAME

    def forget(self) -> None:
        """Begin anew; Envoy appends, so that it goes on at the new beginning.

        Raises:
            RouterError: If the record cannot be written.
        """
        try:
            with self._path.open("w", encoding="utf-8"):
                pass
        except OSError as error:
            raise self._unusable("written", error) from error

    def read(self, tokens: Sequence[str]) -> tuple[RoutedRequest, ...]:
        """Return what is written of the requests with these tokens, in the order of their ends.

        Raises:
            RouterError: If the record cannot be read.
        """
        wanted = frozenset(tokens)
        try:
            with self._path.open(encoding="utf-8", errors="replace") as lines:
                return tuple(each for each in _requests(lines) if token_of(each.marker) in wanted)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._unusable("read", error) from error

    def _unusable(self, done: str, error: OSError) -> RouterError:
        return RouterError(
            f"the router's record of the probe's requests, {self._path}, cannot be {done}: {error}"
        )


def _requests(lines: Iterable[str]) -> Iterator[RoutedRequest]:
    for line in lines:
        try:
            yield _request(json.loads(line))
        except (ValueError, TypeError, AttributeError):
            continue  # torn: Envoy was killed within it, or writes it now


def _request(told: dict[str, Any]) -> RoutedRequest:
    return RoutedRequest(
        marker=_text(told.get("marker")),
        status=int(told.get("status") or 0),
        details=_text(told.get("details")),
        flags=_text(told.get("flags")),
        release=_text(told.get("release")),
        instance=_text(told.get("instance")),
        attempts=int(told.get("attempts") or 0),
        duration_ms=float(told.get("duration_ms") or 0),
    )


def _text(value: object) -> str:
    return "" if value in (None, "-") else str(value)
