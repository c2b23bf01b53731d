"""Issue 7, acceptance point 4: every self-check of load triggered once for real."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest

from pytest_pipeline.domain.load import LoadResult
from tests.acceptance.conftest import Show
from tests.acceptance.loaded_router import LoadedRouter, loaded_router

pytest.importorskip("psutil")

_COLUMNS = ("check", "what was done", "requests", "failed", "valid", "reason")


def user(
    path: str = "/", *, rate: float | None = 20, kind: str = "HttpUser", before: str = ""
) -> str:
    """Return a user class whose only task gets a path."""
    wait = f"    wait_time = constant_throughput({rate:g})\n" if rate else ""
    return (
        f"class Reader({kind}):\n{wait}    @task\n    def get(self):\n"
        f"        {before or 'pass'}\n        self.client.get({path!r})\n"
    )


DIES = """
import os, signal
def die_once():
    Reader.sent = getattr(Reader, "sent", 0) + 1
    if Reader.sent == 10:
        try:
            os.close(os.open(__file__ + ".died", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)
"""
RETRIES = """
from requests.adapters import HTTPAdapter
from urllib3.util import Retry
class Reader(HttpUser):
    wait_time = constant_throughput(20)
    def on_start(self):
        self.client.mount("http://", HTTPAdapter(max_retries=Retry(9, backoff_factor=0)))
    @task
    def get(self):
        self.client.get("/drop")
"""


@dataclass(frozen=True)
class Trigger:
    """Something that spoils a load.

    Attributes:
        check: Which check has to find it.
        done: What is done, in words.
        code: The locustfile.
        said: What the reason has to hold; empty where the result is valid all the same.
        options: How the load is run, see `LoadedRouter.run`.
    """

    check: str
    done: str
    code: str
    said: str
    options: dict[str, object] = field(default_factory=dict)

    def run(self, loaded: LoadedRouter) -> LoadResult:
        return loaded.run(self.code, **self.options)  # type: ignore[arg-type]


def _stop_router(loaded: LoadedRouter) -> None:
    loaded.router.stop()


def _ask_too(loaded: LoadedRouter) -> None:
    with closing(HTTPConnection(loaded.router.url.removeprefix("http://"), timeout=5)) as other:
        other.request("GET", "/")
        other.getresponse().read()


def _triggers() -> Iterator[Trigger]:
    yield Trigger("none", "nothing: 40 requests/s, two users", user(), "")
    yield Trigger(
        "lost processes",
        "SIGKILL to one of two workers",
        DIES + user(before="die_once()"),
        "its record has no end",
        {"senders": 2, "spec": {"users": 4, "duration_s": 3}},
    )
    yield Trigger(
        "achieved rate",
        "40 requests/s a user of a service that takes 100 ms",
        user("/slow", rate=40),
        "requests/s were made: the ",
    )
    yield Trigger(
        "dropped tasks",
        "40 tasks/s are due for one user, each of which takes 100 ms",
        user("/slow", rate=None),
        "tasks were dropped",
        {"spec": {"users": 0, "spawn_rate": 0, "rate": 40.0, "max_users": 1}},
    )
    yield Trigger(
        "dropped requests",
        "the service closes connections without an answer; FastHttpUser would ask again",
        user("/drop", kind="FastHttpUser"),
        "",
        {"past": True},
    )
    yield Trigger(
        "hidden re-sends",
        "the same with urllib3's Retry mounted by the locustfile",
        RETRIES,
        "were sent again unseen",
        {"past": True},
    )
    yield Trigger(
        "router's count",
        "the router is stopped in the middle",
        user(),
        "it was stopped or started anew",
        {"meanwhile": _stop_router},
    )
    yield Trigger(
        "router's count",
        "absolute URLs lead past the router",
        user("INSTANCE/"),
        "went past it",
    )
    yield Trigger(
        "router's count",
        "another client sends one request at the same time",
        user(),
        ": 1 were sent again unseen, or by somebody else",
        {"meanwhile": _ask_too},
    )
    yield Trigger(
        "in flight at the stop",
        "two requests hang, stop_timeout_s = 0.3",
        user("/hang"),
        "2 requests were begun and never reported",
        {"spec": {"stop_timeout_s": 0.3}},
    )
    yield Trigger(
        "generator's processor",
        "each task computes for 0.1 s and more",
        user(rate=None, before="sum(range(10_000_000))"),
        "it measured itself",
    )
    yield Trigger(
        "requests at all",
        "a task that sends nothing",
        user(before="return"),
        "no request was sent",
    )


@pytest.mark.timeout(300)
def test_every_self_check_of_load_finds_what_it_is_for(tmp_path: Path, show: Show) -> None:
    rows, wrong = [], []
    for number, trigger in enumerate(_triggers()):
        folder = tmp_path / str(number)
        folder.mkdir()
        with loaded_router(folder) as loaded:
            result = trigger.run(loaded)
        reason = next((each for each in result.problems if trigger.said in each), "")
        shown = reason or "; ".join(result.problems) or "; ".join(result.remarks) or "-"
        rows.append(
            (trigger.check, trigger.done, result.requests, result.failures, result.valid, shown)
        )
        if bool(trigger.said) is not bool(reason) or (not trigger.said and not result.valid):
            wrong.append((trigger.done, result.problems))
    show("Self-checks of load", _COLUMNS, rows)

    assert not wrong
