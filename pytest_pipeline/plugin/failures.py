"""Turns the package's errors into pytest's ways to end."""

from __future__ import annotations

from typing import NoReturn

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.errors import ConfigError, EvidenceError, PipelineError, RollbackFailedError


def exit_code_of(error: PipelineError) -> ExitCode:
    """Return the exit code that an error stands for."""
    if isinstance(error, ConfigError):
        return ExitCode.USAGE_ERROR
    if isinstance(error, EvidenceError):
        return ExitCode.EVIDENCE_REFUSED
    if isinstance(error, RollbackFailedError):
        return ExitCode.ROLLBACK_FAILED
    return ExitCode.ERROR


def message_of(error: PipelineError) -> str:
    """Return what an error says, with the output of the command that failed."""
    return f"{error}\n{error.output}".rstrip()


def exit_at_start(config: pytest.Config, message: str, code: int) -> BaseException:
    """Return what ends the session before it began when it is raised; its message is shown once.

    pytest writes it to standard error, and its terminal reporter would write it again.
    """
    terminal = config.pluginmanager.getplugin("terminalreporter")
    if terminal is not None:
        config.pluginmanager.unregister(terminal)
    return pytest.exit.Exception(message, returncode=code)


def exit_with(error: PipelineError) -> NoReturn:
    """End the session for an error.

    Raises:
        pytest.UsageError: If it was asked wrongly.
        pytest.exit.Exception: Otherwise, with the exit code of the error.
    """
    if isinstance(error, ConfigError):
        raise pytest.UsageError(str(error)) from error
    pytest.exit(message_of(error), returncode=exit_code_of(error))
