"""Tests of the stage that were collected and then left out, by sharding or a conftest.py."""

from __future__ import annotations

import json
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.shard_cutting import ShardCutting

_PREFIX = "left-out-"
_NAMED = 3


class LeftOut:
    """A plugin, in every process that collects, that notices who is gone afterwards."""

    def __init__(
        self, errand: Errand, *, worker: str | None, cutting: ShardCutting | None = None
    ) -> None:
        self._errand = errand
        self._cutting = cutting
        self._worker = worker
        self._reader = LayerReader(errand.rules, Path(errand.root))
        self._kept: list[pytest.Item] = []

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # before and after everybody else
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        """Compare the items before and after."""
        collected = list(items)
        yield
        self._kept = list(items)
        self._note("", collected, items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        """Compare them once more: until now there was time to take some away."""
        elsewhere = self._cutting.elsewhere if self._cutting else frozenset[str]()
        here = [item for item in self._kept if item.nodeid not in elsewhere]
        self._note("late-", here, session.items)

    def _note(self, when: str, before: list[pytest.Item], after: list[pytest.Item]) -> None:
        kept = {item.nodeid for item in after}
        gone = [each.nodeid for each in before if each.nodeid not in kept and self._is_own(each)]
        if gone and self._errand.handoff is not None:
            name = f"{_PREFIX}{when}{self._worker or 'main'}.json"
            Path(self._errand.handoff.folder, name).write_text(json.dumps(gone))

    def _is_own(self, item: pytest.Item) -> bool:
        with suppress(ConfigError):  # said where tests are selected
            return self._reader.layer_of(item) in self._errand.layers
        return False


def left_out_ids(folder: Path) -> frozenset[str]:
    """Return the ids of the tests of a stage that were collected and then left out.

    Whoever left them out: a plugin, a ``conftest.py``, or the user with ``-k``.

    Args:
        folder: That of the stage's hand-off.
    """
    paths = folder.glob(f"{_PREFIX}*.json")
    return frozenset(each for path in paths for each in json.loads(path.read_text()))


def left_out(folder: Path) -> tuple[str, ...]:
    """Say which tests of a stage were left out; empty when none were.

    Args:
        folder: That of the stage's hand-off.
    """
    named = sorted(left_out_ids(folder))
    if not named:
        return ()
    said = (
        f"a plugin or conftest.py left out {some_of(named, _NAMED)} of the collected "
        "tests: skip what cannot run here, with a reason, or leave it to another layer"
    )
    return (said,)
