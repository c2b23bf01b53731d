"""The layers of tests, and how the layer of one test is found."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pytest_pipeline.errors import ConfigError

#: The layers everybody has, in the order in which a pipeline runs them.
STANDARD_LAYERS = ("unit", "component", "integration", "e2e", "performance")

#: Folder names that mean a standard layer.
DIRECTORY_ALIASES: Mapping[str, str] = {
    "functional": "e2e",
    "acceptance": "e2e",
    "end_to_end": "e2e",
    "perf": "performance",
    "load": "performance",
}


@dataclass(frozen=True)
class LayerRules:
    """How layers are recognised.

    Attributes:
        names: All layers, in pipeline order; the standard ones and the user's.
        globs: Layer to patterns of paths relative to the service root (``tests/db_*.py``); ``*``
            and ``?`` stay within a folder, ``**/`` is any number of folders, none included.
    """

    names: tuple[str, ...] = STANDARD_LAYERS
    globs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def layer_from_marks(levels: Sequence[Sequence[str]]) -> str | None:
    """Return the layer that marks give a test, None when no mark does.

    Args:
        levels: Layer names marked at each level, closest level (the function) first.

    Raises:
        ConfigError: If the closest marked level names two layers.
    """
    for level in levels:
        named = list(dict.fromkeys(level))
        if len(named) > 1:
            raise ConfigError(
                f"two layers at one level: {' and '.join(named)}; keep one of these marks"
            )
        if named:
            return named[0]
    return None


def layer_from_path(path: str, rules: LayerRules) -> str | None:
    """Return the layer that a file's place gives its tests, None when it gives none.

    The deepest folder that names a layer (or an alias of one) wins; then the configured globs.

    Args:
        path: Path of the test file, relative to the service root, with ``/``.
        rules: How layers are recognised.

    Raises:
        ConfigError: If globs of two layers match the path.
    """
    for folder in reversed(path.split("/")[:-1]):
        if folder in rules.names:
            return folder
        if DIRECTORY_ALIASES.get(folder) in rules.names:
            return DIRECTORY_ALIASES[folder]
    matched = [
        layer
        for layer, patterns in rules.globs.items()
        if any(_glob(pattern).fullmatch(path) for pattern in patterns)
    ]
    if len(matched) > 1:
        raise ConfigError(f"{path} matches the globs of two layers: {' and '.join(matched)}")
    return matched[0] if matched else None


_GLOB_PART = re.compile(r"\*\*/|\*\*|\*|\?|\[!?[^\]]+\]|.", re.DOTALL)
_GLOB_MEANING = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


@lru_cache(maxsize=1024)
def _glob(pattern: str) -> re.Pattern[str]:
    def meaning(part: str) -> str:
        if part in _GLOB_MEANING:
            return _GLOB_MEANING[part]
        if len(part) > 1:  # a set of characters
            return "[^" + part[2:] if part.startswith("[!") else part
        return re.escape(part)

    return re.compile("".join(meaning(part) for part in _GLOB_PART.findall(pattern)))
