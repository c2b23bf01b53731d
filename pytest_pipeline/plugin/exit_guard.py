"""Keeps ``os._exit()`` and its like from choosing what a session with a verdict comes to.

A whole run notices when a child of it leaves: the child never said that it finished. Here nobody is
left to notice, and what started the process, a CI job, believes its exit status, 0 above all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NoReturn

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.plugin.final_status import FinalStatus, final_status_of


def guard_exit(config: pytest.Config, ended: str) -> None:
    """Have ``os._exit()`` and ``os.execv`` of this very process end it with what is due.

    Args:
        config: Of the session.
        ended: What would end without a verdict, in words.
    """
    guard = _Guard(final_status_of(config), ended)
    guard.stand()
    config.add_cleanup(guard.step_aside)


class _Guard:
    """Stands in the place of the functions that end a process."""

    def __init__(self, final: FinalStatus, ended: str) -> None:
        self._final, self._ended, self._owner = final, ended, os.getpid()
        self._leave, self._execute, self._execute_in = os._exit, os.execv, os.execve
        self._stderr = os.dup(2)  # not captured yet

    def stand(self) -> None:
        """Take the places."""
        os._exit = self._exit
        os.execv = self._instead_of(self._execute)
        os.execve = self._instead_of(self._execute_in)

    def step_aside(self) -> None:
        """Give them back, unless what they do would turn a refusal into a success."""
        if self._final.against_success is None:
            os._exit, os.execv, os.execve = self._leave, self._execute, self._execute_in
            os.close(self._stderr)

    def _exit(self, status: int) -> NoReturn:
        if os.getpid() == self._owner:  # a forked child is free to
            if self._final.code is None:
                self._refuse(f"os._exit({status})")
            if status == 0:
                self._leave(self._final.code)
        self._leave(status)

    def _instead_of(self, function: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
        def execute(*arguments: object) -> NoReturn:
            if os.getpid() == self._owner and self._final.against_success is not None:
                self._refuse("os.exec")
            function(*arguments)

        return execute

    def _refuse(self, what: str) -> NoReturn:
        running = os.environ.get("PYTEST_CURRENT_TEST", "no test")
        text = f"\n{what} ended {self._ended} before its verdict, in {running}\n"
        os.write(self._stderr, text.encode())
        self._leave(ExitCode.ERROR)
