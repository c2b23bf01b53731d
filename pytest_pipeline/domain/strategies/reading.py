"""Options as a configuration spells them, read into the dataclass of a strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from pytest_pipeline.errors import ConfigError

OptionsT = TypeVar("OptionsT")


def read_options(kind: type[OptionsT], written: Mapping[str, object], *, of: str) -> OptionsT:
    """Return options from what is written: tables become dataclasses, arrays tuples.

    Types of plain values are not checked; whoever reads a configuration does that.

    Args:
        kind: Frozen dataclass of the options; its fields may hold tuples, mappings and further
            such dataclasses.
        written: Option to value.
        of: What they are the options of, for people.

    Raises:
        ConfigError: If an option is unknown, missing, or no table or array where one is wanted.
    """
    hints = get_type_hints(kind)
    values = {name: _read(hints.get(name), each, f"{of}: {name}") for name, each in written.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise ConfigError(f"{of}: {error}; known: {', '.join(hints)}") from error


def _read(hint: Any, value: object, of: str) -> object:  # noqa: ANN401 - a type as annotations spell it
    if isinstance(hint, type) and is_dataclass(hint):
        if isinstance(value, hint):
            return value
        if not isinstance(value, Mapping):
            raise ConfigError(f"{of} must be a table, got {value!r}")
        return read_options(hint, value, of=of)
    if get_origin(hint) is tuple:
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise ConfigError(f"{of} must be an array, got {value!r}")
        entry = get_args(hint)[0]
        return tuple(_read(entry, each, f"{of}[{index}]") for index, each in enumerate(value))
    if get_origin(hint) is Mapping:
        if not isinstance(value, Mapping):
            raise ConfigError(f"{of} must be a table, got {value!r}")
        entry = get_args(hint)[1]
        return {str(key): _read(entry, each, f"{of}.{key}") for key, each in value.items()}
    return value
