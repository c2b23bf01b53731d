"""The layer of one collected test: the closest mark, else the place of its file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.layers import LayerRules, layer_from_marks, layer_from_path
from pytest_pipeline.errors import ConfigError


@dataclass
class LayerReader:
    """Finds the layers of tests by the rules of one service.

    Attributes:
        rules: How layers are recognised.
        root: Service root.
    """

    rules: LayerRules
    root: Path
    _places: dict[Path, str | None] = field(default_factory=dict)

    def layer_of(self, item: pytest.Item) -> str | None:
        """Return the layer of a test; None when it has none.

        Raises:
            ConfigError: If two layers are marked at one level, two globs match, or a mark names a
                layer that does not exist; with file and line.
        """
        try:
            marked = layer_from_marks([self._named(marks) for marks in _levels(item)])
        except ConfigError as error:
            path, line, _ = item.location
            raise ConfigError(f"{path}:{(line or 0) + 1}: {item.name}: {error}") from error
        return marked or self.layer_of_file(item.path)

    def layer_of_file(self, path: Path) -> str | None:
        """Return the layer that its place gives a file; None when it gives none.

        Raises:
            ConfigError: If globs of two layers match it.
        """
        if path not in self._places:
            relative = os.path.relpath(path, self.root).replace(os.sep, "/")
            self._places[path] = layer_from_path(relative, self.rules)
        return self._places[path]

    def _named(self, marks: Iterable[pytest.Mark]) -> list[str]:
        """Return the layers that marks name."""
        found = []
        for mark in marks:
            if mark.name in self.rules.names:
                found.append(mark.name)
            elif mark.name == "layer":
                found.append(self._argument(mark))
        return found

    def _argument(self, mark: pytest.Mark) -> str:
        given = mark.args[0] if mark.args else mark.kwargs.get("name")
        if given not in self.rules.names:
            raise ConfigError(
                f"no layer {given!r}; known: {', '.join(self.rules.names)}; new ones are declared "
                "under [tool.pytest_pipeline.layers]"
            )
        return str(given)


def _levels(item: pytest.Item) -> Iterator[list[pytest.Mark]]:
    """Yield the marks of each level, the test itself first."""
    for node in reversed(item.listchain()):
        if isinstance(node, pytest.Class):
            yield from _levels_of_class(node)
        elif node.own_markers:
            yield list(node.own_markers)


def _levels_of_class(node: pytest.Class) -> Iterator[list[pytest.Mark]]:
    """Yield what was added at collection, then the marks of the class and of its bases, apart."""
    written = [_written(vars(base).get("pytestmark", ())) for base in node.obj.__mro__]
    known = [mark for marks in written for mark in marks]
    yield [mark for mark in node.own_markers if mark not in known]
    yield from written


def _written(pytestmark: object) -> list[pytest.Mark]:
    marks: Iterable[Any] = pytestmark if isinstance(pytestmark, list | tuple) else [pytestmark]
    return [each if isinstance(each, pytest.Mark) else each.mark for each in marks]
