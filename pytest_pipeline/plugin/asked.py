"""What was asked on the command line, as opposed to by the ini file."""

from __future__ import annotations

import os
import re
import shlex

import pytest

#: Short options without a value may stand before one with a value: ``-vqm slow``.
_FLAGS = "[vqxslhVdf]*"


def command_line(config: pytest.Config) -> list[str]:
    """Return the arguments of this call and of PYTEST_ADDOPTS; those of the ini file not."""
    given = [str(each) for each in config.invocation_params.args]
    return [*shlex.split(os.environ.get("PYTEST_ADDOPTS", "")), *given]


def is_asked(config: pytest.Config, option: str) -> bool:
    """Return whether an option, such as ``-m`` or ``--ignore``, stands on the command line."""
    if option.startswith("--"):
        return any(each == option or each.startswith(f"{option}=") for each in command_line(config))
    short = re.compile(f"^-{_FLAGS}{re.escape(option[1:])}")
    return any(short.match(each) for each in command_line(config))
