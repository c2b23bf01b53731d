"""Selects the tests of a stage's layers, in every process that collects."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Generator, Mapping
from pathlib import Path

import pytest

from pytest_pipeline.errors import ConfigError
from pytest_pipeline.plugin.errand import Errand
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.recording import LAYER_KEY
from pytest_pipeline.plugin.unlayered import describe_unlayered

#: Marks a collection report as a wrong request rather than a broken module.
USAGE_ERROR = "pipeline_usage_error"
#: What a session that collects leaves in the hand-off's folder.
FOUND_PREFIX = "found-"


class LayerSelection:
    """A plugin that leaves the tests of a stage's layers, and says what else it found."""

    def __init__(self, config: pytest.Config, errand: Errand, *, worker: str | None) -> None:
        self._config = config
        self._errand = errand
        self._worker = worker
        self._reader = LayerReader(errand.rules, Path(errand.root))
        self._others = frozenset(errand.others)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave out files of other layers, and locustfiles."""
        if str(collection_path) in self._others or collection_path.match("locustfile*.py"):
            return True
        return None

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # outermost: after conftests added their marks
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> Generator[None]:
        """Keep the items of the stage's layers."""
        yield
        found, kept, foreign, wrong = self._sort(items)
        self._write_found(found)
        if wrong:
            self._refuse("\n".join(wrong))
        items[:] = [] if wrong or self._errand.discover else kept
        if foreign and not self._errand.of_controller:
            self._config.hook.pytest_deselected(items=foreign)

    def _sort(
        self, items: list[pytest.Item]
    ) -> tuple[dict[str, Counter[str]], list[pytest.Item], list[pytest.Item], list[str]]:
        found: dict[str, Counter[str]] = defaultdict(Counter)
        unlayered: Counter[Path] = Counter()
        kept: list[pytest.Item] = []
        foreign: list[pytest.Item] = []
        wrong: list[str] = []
        for item in items:
            try:
                layer = self._reader.layer_of(item)
            except ConfigError as error:
                wrong.append(str(error))
                continue
            if layer is None:
                unlayered[item.path] += 1
                continue
            found[str(item.path)][layer] += 1
            item.stash[LAYER_KEY] = layer
            (kept if layer in self._errand.layers else foreign).append(item)
        if unlayered:
            wrong.append(describe_unlayered(unlayered, Path(self._errand.root)))
        return found, kept, foreign, wrong

    def _refuse(self, message: str) -> None:
        """Refuse the request; a worker leaves that to its controller."""
        if self._worker is None:
            raise pytest.UsageError(message)
        report = pytest.CollectReport("layers", "failed", message, [])
        setattr(report, USAGE_ERROR, True)
        self._config.hook.pytest_collectreport(report=report)

    def _write_found(self, found: Mapping[str, Mapping[str, int]]) -> None:
        if self._errand.handoff is None:
            return
        folder = Path(self._errand.handoff.folder)
        name = f"{FOUND_PREFIX}{self._worker or 'main'}.json"
        written = folder / f".{name}"
        written.write_text(json.dumps(found))
        os.replace(written, folder / name)  # noqa: PTH105 - whoever reads it gets it whole


def read_found(folder: Path) -> dict[str, Mapping[str, int]]:
    """Return what the sessions of a stage found: file to layer to number of tests."""
    found: dict[str, Mapping[str, int]] = {}
    for path in sorted(folder.glob(f"{FOUND_PREFIX}*.json")):
        found.update(json.loads(path.read_text()))
    return found
