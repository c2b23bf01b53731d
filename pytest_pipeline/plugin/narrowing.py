"""Why a session covers less than its whole stage."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from pytest_pipeline.plugin.asked import is_asked
from pytest_pipeline.plugin.session_state import service_root_of


def _given(*options: str) -> Callable[[pytest.Config], bool]:
    return lambda config: any(is_asked(config, option) for option in options)


_NARROWING: Mapping[str, Callable[[pytest.Config], bool]] = MappingProxyType(
    {
        "-k": lambda config: bool(config.getoption("keyword", "")),
        "-m": lambda config: bool(config.getoption("markexpr", "")) and is_asked(config, "-m"),
        "--lf": lambda config: bool(config.getoption("lf", default=False)),
        "--sw": lambda config: bool(config.getoption("stepwise", default=False)),
        "--deselect": _given("--deselect"),
        "--ignore": _given("--ignore"),
        "--ignore-glob": _given("--ignore-glob"),
    }
)


def narrowing(config: pytest.Config) -> tuple[str, ...]:
    """Return the options and paths that leave out tests of a stage; empty for a whole stage."""
    return (*narrowing_options(config), *narrowing_paths(config))


def narrowing_options(config: pytest.Config) -> tuple[str, ...]:
    """Return the options of this session that leave out tests."""
    return tuple(option for option, holds in _NARROWING.items() if holds(config))


def narrowing_paths(config: pytest.Config) -> tuple[str, ...]:
    """Return the arguments that are less than the service root: node ids and deeper paths."""
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        return ()
    root = os.path.realpath(service_root_of(config))
    found = []
    for argument in config.args:
        path = os.path.realpath(config.invocation_params.dir / argument.split("::")[0])
        if "::" in argument or Path(root) in Path(path).parents:
            found.append(argument)
    return tuple(found)
