"""Finds the layers that have tests by the places of their files, without pytest."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from pytest_pipeline.domain.layers import LayerRules, layer_from_path

#: Files that pytest takes for tests by default.
_FILES = ("test_*.py", "*_test.py")

#: Folders that hold other people's tests.
_NOT_ENTERED = frozenset({"build", "dist", "node_modules", "site-packages", "venv"})


def layers_in_folders(root: Path, rules: LayerRules) -> tuple[str, ...]:
    """Return the layers of which a file of tests was found, in pipeline order.

    Marks are not looked at: that takes collecting the tests.

    Raises:
        ConfigError: If a file belongs to two layers.
    """
    found = {layer_from_path(each, rules) for each in _files(root)}
    return tuple(each for each in rules.names if each in found)


def _files(root: Path) -> Iterator[str]:
    for folder, folders, files in os.walk(root):
        folders[:] = [
            each for each in folders if not each.startswith(".") and each not in _NOT_ENTERED
        ]
        for name in files:
            if any(fnmatch(name, each) for each in _FILES):
                yield (Path(folder) / name).relative_to(root).as_posix()
