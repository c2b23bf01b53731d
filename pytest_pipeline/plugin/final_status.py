"""Has the last word on the exit status of a session."""

from __future__ import annotations

import sys
from collections.abc import Generator

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.plugin.seal import register_sealed

#: What pytest says when it found nothing wrong: all passed, or there were no tests.
_CONTENT = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class FinalStatus:
    """A plugin that sets the exit status when everybody else has.

    Attributes:
        code: What it sets; None leaves pytest's.
        due: Whether somebody has to set the code, so that content without it is an error.
    """

    def __init__(self) -> None:
        self.code: int | None = None
        self.due = False

    @property
    def against_success(self) -> int | None:
        """What a process that would exit with 0 has to exit with; None for 0."""
        if self.code is None:
            return ExitCode.ERROR if self.due else None
        return self.code or None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Set it."""
        yield
        if self.code is not None:
            session.exitstatus = self.code

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_cmdline_main(self) -> Generator[None, int | None, int | None]:
        """Set it again, after whoever changed it when the session was over."""
        status = yield
        if self.code is not None:
            return self.code
        if self.due and status in _CONTENT:
            sys.stderr.write("\nnothing was judged: a plugin or conftest.py kept the gate away\n")
            return ExitCode.ERROR
        return status


_FINAL = pytest.StashKey[FinalStatus]()


def final_status_of(config: pytest.Config) -> FinalStatus:
    """Return what has the last word in this session."""
    return config.stash.setdefault(_FINAL, FinalStatus())


def register_final_status(config: pytest.Config) -> None:
    """Register it, after the conftest files whose hooks it has to outlive."""
    register_sealed(config, final_status_of(config), "pipeline-final-status")
