"""Following a path through the models: which table a key belongs to, and what it may hold."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from pytest_pipeline.config.lines import KeyPath

#: A type as annotations spell it.
Shape = Any


def bare(shape: Shape) -> Shape:
    """Return a type without what is annotated to it and without ``| None``."""
    while True:
        if _origin(shape) is Annotated:
            shape = get_args(shape)[0]
            continue
        kept = [each for each in _members(shape) if each is not NoneType]
        if len(kept) != 1 or kept[0] is shape:
            return shape
        shape = kept[0]


def alternatives(shape: Shape) -> tuple[type[BaseModel], ...]:
    """Return the tables that a type stands for; empty when it is no table."""
    tables = tuple(bare(each) for each in _members(bare(shape)))
    return tables if all(is_table(each) for each in tables) else ()


def is_table(shape: Shape) -> bool:
    """Return whether a type is a model."""
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def keys_of(table: type[BaseModel]) -> dict[str, Shape]:
    """Return the keys of a table as the file spells them, with their types."""
    return {field.alias or name: field.annotation for name, field in table.model_fields.items()}


def kind_of(table: type[BaseModel]) -> str | None:
    """Return the ``kind`` that picks a table among alternatives; None where it has none."""
    shape = keys_of(table).get("kind")
    return str(get_args(shape)[0]) if _origin(shape) is Literal else None


def follow(shape: Shape, location: tuple[str | int, ...]) -> tuple[KeyPath, Shape]:
    """Follow the location of a pydantic error.

    Args:
        shape: The type that was validated.
        location: What pydantic calls ``loc``; holds a word of its own where one of several tables
            was picked, and where a key itself is wrong.

    Returns:
        The path in the document, and the type of what is there.
    """
    path: KeyPath = ()
    for part in location:
        shape = bare(shape)
        picked = [each for each in _members(shape) if is_table(each) and kind_of(each) == part]
        if len(_members(shape)) > 1 and picked:
            shape = picked[0]
        elif part != "[key]":
            path, shape = (*path, part), _within(shape, part)
    return path, bare(shape)


def _members(shape: Shape) -> tuple[Shape, ...]:
    return get_args(shape) if _origin(shape) in (Union, UnionType) else (shape,)


def _within(shape: Shape, part: str | int) -> Shape:
    if is_table(shape):
        return keys_of(shape).get(str(part), object)
    arguments, origin = get_args(shape), _origin(shape)
    if origin is dict:
        return arguments[1]
    return arguments[0] if origin is tuple else object


def _origin(shape: Shape) -> object:
    return get_origin(shape)
