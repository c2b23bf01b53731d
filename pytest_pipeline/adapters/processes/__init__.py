"""Starts processes that cannot outlive their owner.

::

    owner ──pipe──► guardian          one small process per owner, in a session of its own
      │                │
      └─ processes ◄───┘ ended when the pipe breaks, found again by a mark in their environment

The names below load late: the guardian imports this package and must start fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_pipeline.adapters.processes.abandoned import sweep, sweep_abandoned
    from pytest_pipeline.adapters.processes.guarded import GuardedProcesses
    from pytest_pipeline.adapters.processes.started import GuardedSurvey

__all__ = ["GuardedProcesses", "GuardedSurvey", "sweep", "sweep_abandoned"]

_HOMES = {"GuardedProcesses": "guarded", "GuardedSurvey": "started"}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    from importlib import import_module  # noqa: PLC0415 - see the module's docstring

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES.get(name, "abandoned")
    return getattr(import_module(f"{__name__}.{home}"), name)
