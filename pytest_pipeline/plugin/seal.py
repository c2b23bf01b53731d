"""A seal on the plugin's own parts: what was replaced in them is named and put back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import pytest

_ROOMS = ("plugin", "domain", "engine", "wiring", "adapters.dsse")
_SEALED = tuple(f"pytest_pipeline.{room}" for room in _ROOMS)
_KINDS = (FunctionType, property, classmethod, staticmethod)


@dataclass(frozen=True, slots=True)
class _Part:
    """One function, where it is found."""

    holder: Any
    name: str
    value: Any
    code: Any

    @property
    def path(self) -> str:
        inside = getattr(self.holder, "__module__", None)
        named = self.holder.__name__
        return f"{f'{inside}.{named}' if inside else named}.{self.name}"

    def mend(self) -> bool:
        """Put it back where it was replaced; return whether it was."""
        broken = vars(self.holder).get(self.name) is not self.value
        if broken:
            setattr(self.holder, self.name, self.value)
        if self.code is not None and self.value.__code__ is not self.code:
            self.value.__code__ = self.code
            return True
        return broken


class Seal:
    """Knows the plugin's functions and registered parts as they were before the user's code."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._parts = tuple(_parts())
        self._plugins: dict[str, tuple[object, type]] = {}

    def hold(self, name: str, plugin: object) -> None:
        """Demand that a plugin stays registered."""
        self._plugins[name] = (plugin, type(plugin))

    def mend(self) -> list[str]:
        """Put back what was replaced, and say what that was."""
        found = [f"{part.path} was replaced while tests ran" for part in self._parts if part.mend()]
        for name, (plugin, kind) in self._plugins.items():
            found += self._mend_plugin(name, plugin, kind)
        return found

    def _mend_plugin(self, name: str, plugin: object, kind: type) -> list[str]:
        manager = self._config.pluginmanager
        shadows = [
            each for each in vars(plugin) if isinstance(getattr(kind, each, None), FunctionType)
        ]
        for each in shadows:
            vars(plugin).pop(each)
        found = [f"{each} of the plugin {name} was replaced while tests ran" for each in shadows]
        if manager.get_plugin(name) is not plugin:
            return [*found, f"the plugin {name} was unregistered"]
        hooked = {caller.name for caller in manager.get_hookcallers(plugin) or ()}
        lost = {each for each in dir(kind) if each.startswith("pytest_")} - hooked
        return found + [f"{each} of the plugin {name} was taken away" for each in sorted(lost)]


def _parts() -> Iterator[_Part]:
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith(_SEALED):
            yield from _parts_of(module)
            for value in list(vars(module).values()):
                if isinstance(value, type) and value.__module__ == module.__name__:
                    yield from _parts_of(value)


def _parts_of(holder: ModuleType | type) -> Iterator[_Part]:
    for name, value in list(vars(holder).items()):
        if isinstance(value, _KINDS):
            yield _Part(holder, name, value, getattr(value, "__code__", None))


_SEAL = pytest.StashKey[Seal]()


def seal(config: pytest.Config) -> None:
    """Put the seal on, once; before any of the user's code is imported."""
    if _SEAL not in config.stash:
        config.stash[_SEAL] = Seal(config)


def seal_of(config: pytest.Config) -> Seal | None:
    """Return the seal of this session; None where none was put on."""
    return config.stash.get(_SEAL, None)


def register_sealed(config: pytest.Config, plugin: object, name: str) -> None:
    """Register a plugin that has to stay."""
    config.pluginmanager.register(plugin, name)
    held = seal_of(config)
    if held is not None:
        held.hold(name, plugin)
