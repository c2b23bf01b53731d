"""Whether what a load test was given is of the right types; nothing else looks before it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_pipeline.domain.load import LoadSpec

_POINT_LENGTH = 2


def wrong_types(spec: LoadSpec) -> Iterator[str]:
    """Say what is of the wrong type; of variables and data never the values."""
    wanted: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
        ("users", "a whole number", is_count),
        ("spawn_rate", "a number", _is_number),
        ("duration_s", "a number", _is_number),
        ("stop_timeout_s", "a number", _is_number),
        ("rate", "a number", lambda value: value is None or _is_number(value)),
        ("max_users", "a whole number", is_count),
        ("shape", "the name of a class, or ''", lambda value: value == "" or is_class_name(value)),
        ("user_classes", "names of classes, such as ['Buyer']", _are_class_names),
        ("ramp", "points of seconds and a number, such as [(0, 10), (5, 50)]", _are_points),
    )
    for name, what, right in wanted:
        value = getattr(spec, name)
        if not right(value):
            yield f"{name} must be {what}, got {value!r}"
    for name in ("variables", "data"):
        value = getattr(spec, name)
        if not isinstance(value, Mapping):
            yield f"{name} must be a dict by name, got a {type(value).__name__}"


def is_count(value: object) -> bool:
    """Return whether it is a whole number, which no truth value is."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_class_name(value: object) -> bool:
    """Return whether it can be the name of a class; no option of a command line is."""
    return isinstance(value, str) and value.isidentifier()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_class_names(value: object) -> bool:
    return isinstance(value, tuple) and all(map(is_class_name, value))


def _are_points(value: object) -> bool:
    return isinstance(value, tuple) and all(
        isinstance(point, tuple | list)
        and len(point) == _POINT_LENGTH
        and all(map(_is_number, point))
        for point in value
    )
