"""Has the last word on the exit status of a session."""

from __future__ import annotations

from collections.abc import Generator

import pytest


class FinalStatus:
    """A plugin that sets the exit status when everybody else has.

    Attributes:
        code: What it sets; None leaves pytest's.
    """

    def __init__(self) -> None:
        self.code: int | None = None

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None]:
        """Set it."""
        yield
        if self.code is not None:
            session.exitstatus = self.code
