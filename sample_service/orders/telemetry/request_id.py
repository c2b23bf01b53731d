"""The id that ties together what several services log about one request."""

import re
import uuid
from contextvars import ContextVar

HEADER = "X-Request-Id"
# Whatever a client sends ends up in logs and headers: only harmless characters, bounded.
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{1,128}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def accept_request_id(received: str) -> str:
    """Return the client's id if it is well-formed, else a new one."""
    return received if _ACCEPTED.fullmatch(received) else uuid.uuid4().hex


def set_request_id(request_id: str) -> None:
    """Make an id the one of the request being served."""
    _current.set(request_id)


def current_request_id() -> str:
    """Return the id of the request being served; empty outside of one."""
    return _current.get()
