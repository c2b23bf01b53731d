"""The layer map: which test file holds tests of which layers, found without importing any.

It lets each stage import its own files only. What it cannot see (marks made at run time, tests that
are no Python files) the sessions report, and the map is corrected.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pytest_pipeline.errors import ConfigError
from pytest_pipeline.plugin.item_layers import LayerReader
from pytest_pipeline.plugin.mark_scan import marked_layers
from pytest_pipeline.plugin.walking import matches, walk_files


@dataclass
class LayerMap:
    """Files and their layers.

    Attributes:
        files: File to the layers it may hold; empty when its text does not say.
        starts: The paths given to the session.
        strangers: Folders with files that some plugin may take for tests.
        settled: Whether a session has seen the strangers, so that their tests are in the map.
    """

    files: dict[Path, frozenset[str]] = field(default_factory=dict)
    starts: frozenset[Path] = frozenset()
    strangers: frozenset[Path] = frozenset()
    settled: bool = False

    @property
    def layers(self) -> frozenset[str]:
        """All layers that some file holds."""
        return frozenset().union(*self.files.values())

    @property
    def unclear(self) -> tuple[Path, ...]:
        """Files of which nothing says a layer yet."""
        return tuple(path for path, layers in self.files.items() if not layers)

    def others(self, layers: Collection[str]) -> tuple[str, ...]:
        """Return the files and folders known to hold no test of these layers.

        Folders, so that their conftest files are not imported for nothing.
        """
        wanted = set(layers)
        apart = [path for path, held in self.files.items() if held and not held & wanted]
        own = self._folders(path for path, held in self.files.items() if not held or held & wanted)
        kept = own if self.settled else own | self._folders(each / "x" for each in self.strangers)
        return tuple(str(path) for path in (*apart, *sorted(self._folders(apart) - kept)))

    def _folders(self, paths: Iterable[Path]) -> set[Path]:
        """Return the folders below the given paths on the way to these files."""
        found: set[Path] = set()
        for path in paths:
            for folder in path.parents:
                if folder in self.starts or folder in found:
                    break
                found.add(folder)
        return found

    def learn(self, found: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
        """Take over what a session found in the files it collected.

        Args:
            found: File to layer to number of tests.

        Returns:
            Of this what the map did not know: layers of files that it did not attribute to them.
        """
        self.settled = True
        news: dict[str, Mapping[str, int]] = {}
        for name, counts in found.items():
            known = self.files.get(Path(name), frozenset())
            fresh = {layer: count for layer, count in counts.items() if layer not in known}
            if fresh:
                news[name] = fresh
                self.files[Path(name)] = known | fresh.keys()
        return news


def read_layer_map(config: pytest.Config, reader: LayerReader) -> LayerMap:
    """Return the map of all test files under the paths given to this session.

    Raises:
        pytest.UsageError: If globs of two layers match one file.
    """
    starts = [
        Path(os.path.abspath(config.invocation_params.dir / each.split("::")[0]))  # noqa: PTH100
        for each in config.args
    ]
    patterns = config.getini("python_files")
    files: dict[Path, frozenset[str]] = {}
    strangers: set[Path] = set()
    for path in walk_files(starts, config.getini("norecursedirs")):
        if path in starts or (path.suffix == ".py" and matches(path, patterns)):
            files[path] = _layers(path, reader)
        elif path.suffix not in (".py", ".pyc") or config.getoption("doctestmodules"):
            strangers.add(path.parent)
    return LayerMap(files, frozenset(starts), frozenset(strangers))


def _layers(path: Path, reader: LayerReader) -> frozenset[str]:
    try:
        place = reader.layer_of_file(path)
    except ConfigError as error:
        raise pytest.UsageError(str(error)) from error
    text = path.read_text(encoding="utf-8", errors="replace")
    marks = marked_layers(text, reader.rules.names)
    return marks | {place} if place else marks
