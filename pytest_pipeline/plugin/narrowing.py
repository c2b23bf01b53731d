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


#: Settings of the ini file that decide which tests there are.
_COLLECTING = frozenset(
    {
        "addopts",
        "collect_imported_tests",
        "norecursedirs",
        "python_classes",
        "python_files",
        "python_functions",
        "testpaths",
    }
)


def _overrides_collection(config: pytest.Config) -> bool:
    given = config.getoption("override_ini", None) or ()
    return any(str(each).partition("=")[0].strip() in _COLLECTING for each in given)


def _has_foreign_configuration(config: pytest.Config) -> bool:
    """Whether the configuration file is no part of the revision, so that nobody knows it later."""
    used = config.inipath
    asked = is_asked(config, "-c") or is_asked(config, "--config-file")
    return asked and (used is None or not used.is_relative_to(service_root_of(config)))


_NARROWING: Mapping[str, Callable[[pytest.Config], bool]] = MappingProxyType(
    {
        "-k": lambda config: bool(config.getoption("keyword", "")),
        "-m": lambda config: bool(config.getoption("markexpr", "")) and is_asked(config, "-m"),
        "--lf": lambda config: bool(config.getoption("lf", default=False)),
        "--sw": lambda config: bool(config.getoption("stepwise", default=False)),
        "--deselect": _given("--deselect"),
        "--ignore": _given("--ignore"),
        "--ignore-glob": _given("--ignore-glob"),
        "--override-ini": _overrides_collection,
        "--config-file": _has_foreign_configuration,
        "--noconftest": _given("--noconftest"),
        "--confcutdir": _given("--confcutdir"),
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
