"""Counts what Locust does not: requests begun, requests sent again, task runs. Runs in its process.

Imported there alone, after Locust.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_pipeline.adapters.locust_load.open_model import DUE

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.recorder import Recorder, Totals

    Function = Callable[..., Any]

_NOTHING: Mapping[str, object] = {}

#: Key in a request's context that says when it was begun, seconds on the monotonic clock.
STARTED = "pytest_pipeline.started_s"
#: Key that says how long before that it was due, milliseconds; the first one of a task of an open
#: model has it.
WAITED = "pytest_pipeline.waited_ms"


def attach(environment: Environment, totals: Totals, *, closed: bool) -> None:
    """Count into ``totals`` from now on.

    Args:
        environment: Locust's.
        totals: What the process counts.
        closed: Whether users wait between tasks; those of an open model do not.
    """
    _count_begun(totals)
    if closed:
        _watch_waits(environment, totals)
    totals.resends = _count_resends(totals)
    totals.complaints += _complaints(environment.user_classes)


def request_listener(recorder: Recorder) -> Function:
    """Return what records a finished request, one of the users' own clients as well."""
    totals, record, clock = recorder.totals, recorder.request, time.monotonic

    def listen(
        request_type: str,
        name: str,
        response_time: float,
        exception: BaseException | None = None,
        context: Mapping[str, Any] | None = None,
        **_: object,
    ) -> None:
        failure = None if exception is None else f"{type(exception).__name__}: {exception}"
        started_s = context.get(STARTED) if context else None
        if started_s is None or context is None:
            started_s = clock() - response_time / 1000
        else:
            totals.finished += 1
            waited_ms = context.get(WAITED)
            if waited_ms is not None:
                started_s -= waited_ms / 1000
                response_time += waited_ms
        record(started_s, response_time, (request_type, name, failure))

    return listen


def pacing(user_classes: Sequence[Any], users: Mapping[str, int]) -> float | None:
    """Return the task runs a second that all users ask for; None unless every class says so.

    Args:
        user_classes: Those of the load.
        users: Name of a class to the number of its users.
    """
    total = 0.0
    for each in user_classes:
        wait = getattr(each, "wait_time", None)
        nested = any(isinstance(task, type) for task in each.tasks)
        if nested or not getattr(wait, "__qualname__", "").startswith("constant_pacing."):
            return None
        total += users.get(each.__name__, 0) / _enclosed(wait, "wait_time")
    return total


def _enclosed(function: Any, name: str) -> float:  # noqa: ANN401 - Locust gives it no type
    """Return a variable of the function that a closure was made in."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__, strict=True))
    return float(cells[name].cell_contents)


def _count_begun(totals: Totals) -> None:
    """Count each request that Locust's clients begin, and have its context say when."""

    def counting(original: Function) -> Function:
        # Arguments after client, method and URL that come before the context.
        before = list(inspect.signature(original).parameters).index("context") - 3

        def request(
            client: Any,  # noqa: ANN401 - an HTTP session of Locust
            method: object,
            url: object,
            *rest: object,
            **options: Any,  # noqa: ANN401
        ) -> object:
            if len(rest) > before:  # a context given by position; nobody does
                return original(client, method, url, *rest, **options)
            now_s = time.monotonic()
            context = options["context"] = {**options.get("context", _NOTHING), STARTED: now_s}
            user = client.user
            if user is not None and DUE in user.__dict__:
                context[WAITED] = (now_s - user.__dict__.pop(DUE)) * 1000
            totals.begun += 1
            try:
                return original(client, method, url, *rest, **options)
            except Exception:  # nothing was sent: a malformed URL; a cut-off is no Exception
                totals.begun -= 1
                raise

        return request

    for session in (
        import_module("locust.clients").HttpSession,
        import_module("locust.contrib.fasthttp").FastHttpSession,
    ):
        session.request = counting(session.request)


def _watch_waits(environment: Environment, totals: Totals) -> None:
    """Count task runs, each of which ends in a wait; let no user start a task after the end.

    Locust kills users that wait when the load ends. One whose wait is just over would begin a
    request and be killed in it: users that wait in step all do so.
    """
    taskset = import_module("locust").TaskSet
    stop_user = import_module("locust.exception").StopUser
    original = taskset.wait
    ended: list[bool] = []
    events: Any = environment.events
    events.test_start.add_listener(lambda **_: ended.clear())
    events.test_stopping.add_listener(lambda **_: ended.append(True))

    def wait(self: object) -> None:
        totals.task_runs += 1
        original(self)
        if ended:
            raise stop_user

    taskset.wait = wait


def _count_resends(totals: Totals) -> int | None:
    """Have dropped requests of ``FastHttpUser`` fail, and count what is sent again regardless.

    Its HTTP client sends a GET again, unseen, when the connection breaks.

    Returns:
        0 to count from; None where it cannot be counted.
    """
    try:
        client: Any = import_module("geventhttpclient.client")
        pool = import_module("geventhttpclient.connectionpool").ConnectionPool
        request, get_socket = client.HTTPClient.request, pool.get_socket
    except (ImportError, AttributeError):
        return None
    if hasattr(client, "_may_retry_after_send_error"):
        client._may_retry_after_send_error = lambda _method: False  # noqa: SLF001 - no option for it

    def counted_request(self: object, *args: object, **options: object) -> object:
        totals.resends = (totals.resends or 0) - 1  # the first sending is not one again
        return request(self, *args, **options)

    def counted_socket(self: object) -> object:
        totals.resends = (totals.resends or 0) + 1
        return get_socket(self)

    client.HTTPClient.request = counted_request
    pool.get_socket = counted_socket
    return 0


def _complaints(user_classes: Sequence[Any]) -> list[str]:
    """Say what user classes would hide."""
    return [
        f"{each.__name__}.max_retries is {each.max_retries}: dropped requests would be sent again "
        "unseen; set it to 0"
        for each in user_classes
        if getattr(each, "max_retries", 0)
    ]
