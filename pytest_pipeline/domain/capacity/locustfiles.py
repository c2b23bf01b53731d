"""Which locustfile a capacity is found with, where nobody says."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pytest_pipeline.errors import ConfigError


def chosen_locustfile(files: Iterable[str], layers: Collection[str]) -> str:
    """Return the one locustfile among the source files.

    Those in the tests of the stages that run against the environment go before all others.

    Args:
        files: Paths of the source files, from the service root, with ``/``.
        layers: Layers of those stages: the names of their tests' folders.

    Raises:
        ConfigError: If there is none, or several; names them.
    """
    found = [path for path in sorted(files) if _is_one(path)]
    near = [path for path in found if not set(layers).isdisjoint(path.split("/")[:-1])]
    chosen = near or found
    if len(chosen) == 1:
        return chosen[0]
    got = f"there are several: {', '.join(chosen)}" if chosen else "there is none in the source"
    raise ConfigError(f"--locustfile has to name a locustfile, for {got}")


def _is_one(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.endswith(".py") and "locustfile" in name
