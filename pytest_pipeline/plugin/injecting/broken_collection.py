"""Injections into collecting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_pipeline.plugin.injecting.order import Order


class NoTests:
    """Has no test file collected."""

    def __init__(self, order: Order) -> None:
        self._order = order

    @pytest.hookimpl(tryfirst=True)
    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Ignore every file."""
        if collection_path.is_file():
            self._order.note()
            return True
        return None


class _Broken(pytest.Module):
    """A module that does not import."""

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Raise what pytest raises for a module whose import fails.

        Raises:
            pytest.Collector.CollectError: Always.
        """
        raise self.CollectError("ImportError: injected by gates selftest")


class BrokenModule:
    """Breaks the import of the first test module that is collected."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._broken: Path | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module | None:
        """Make a module that does not import."""
        self._broken = self._broken or module_path
        if module_path != self._broken:
            return None
        self._order.note()
        return _Broken.from_parent(parent, path=module_path)
