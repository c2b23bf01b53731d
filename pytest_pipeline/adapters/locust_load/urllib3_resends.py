"""Counts what the client of ``HttpUser`` sends again by itself. Runs in the generator's process."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pytest_pipeline.adapters.locust_load.recorder import Totals

    Function = Callable[..., Any]

#: Place of ``retries`` among the arguments of ``urlopen``: method, URL, body, headers, retries.
_RETRIES = 4


def attach(totals: Totals) -> None:
    """Count into ``totals`` from now on.

    Where a locustfile mounts an adapter with ``Retry``, urllib3 calls itself with the history of
    what it tried; requests, around it, follows redirects with calls that have none.
    """
    pool: Any = import_module("urllib3.connectionpool").HTTPConnectionPool
    original: Function = pool.urlopen

    def urlopen(self: object, *args: Any, **options: Any) -> object:  # noqa: ANN401 - passed on
        retries = options.get("retries", args[_RETRIES] if len(args) > _RETRIES else None)
        if getattr(retries, "history", ()) and totals.resends is not None:
            totals.resends += 1
        return original(self, *args, **options)

    pool.urlopen = urlopen
