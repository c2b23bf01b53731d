"""Keeps ``os._exit()`` in a test from choosing what a stage on its own comes to.

A whole run notices: the child never said that it finished. Here nobody is left to notice, and what
started the process, a CI job, believes its exit status, 0 above all.
"""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode


def guard_exit(config: pytest.Config, stage: str) -> None:
    """Have ``os._exit()`` of this very process end it with `ExitCode.ERROR` until the end."""
    leave, owner = os._exit, os.getpid()
    stderr = os.dup(2)  # not captured yet

    def guarded(status: int) -> NoReturn:
        if os.getpid() == owner:  # a forked child is free to
            running = os.environ.get("PYTEST_CURRENT_TEST", "no test")
            text = f"\nos._exit({status}) ended stage {stage} before its verdict, in {running}\n"
            os.write(stderr, text.encode())
            leave(ExitCode.ERROR)
        leave(status)

    def restore() -> None:
        os._exit = leave
        os.close(stderr)

    os._exit = guarded
    config.add_cleanup(restore)
