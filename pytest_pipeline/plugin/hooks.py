"""The hooks of the entry point: they translate and delegate."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from pytest_pipeline.plugin import hookspecs
from pytest_pipeline.plugin.markers import register_markers
from pytest_pipeline.plugin.options import Mode, add_options, mode_of, refuse_orphans


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Register the hooks that plugins and conftest files may implement."""
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options."""
    add_options(parser)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Prepare a pipeline session before any of the user's code is imported, and after it was."""
    if mode_of(early_config.known_args_namespace) is Mode.PLAIN:
        return (yield)
    from pytest_pipeline.plugin import starting  # noqa: PLC0415 - plain pytest must stay light

    starting.prepare(early_config)
    yield
    starting.after_conftests(early_config)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist decides whether it distributes
def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; turn pytest into what the options ask for."""
    register_markers(config)
    if mode_of(config.option) is Mode.PLAIN:
        refuse_orphans(config.option)
        return
    from pytest_pipeline.plugin import starting  # noqa: PLC0415 - plain pytest must stay light

    starting.configure(config)
