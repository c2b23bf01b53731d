"""Types that several tables share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from pytest_pipeline.config.suggestions import did_you_mean

#: Anything that TOML can say.
Anything = Any

_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Table(BaseModel):
    """What every table has in common: no unknown key, no conversion, no change."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def refuse(text: str) -> PydanticCustomError:
    """Return the error of a validator; ``text`` says what was got and what was wanted."""
    return PydanticCustomError("refused", "{text}", {"text": text})


def one_of(value: str, known: Iterable[str], what: str, *, otherwise: str = "") -> str:
    """Return a value that is one of the known ones.

    Args:
        value: What was got.
        known: What is known.
        what: What the names are of, such as ``layer``.
        otherwise: What is wanted where nothing is known.

    Raises:
        PydanticCustomError: If it is none of them; says which is nearest.
    """
    names = tuple(known)
    if value in names:
        return value
    wanted = f"one of {', '.join(names)}" if names else otherwise
    raise refuse(f"got the unknown {what} {value!r}, wanted {wanted}{did_you_mean(value, names)}")


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise refuse(
            f"got the name {value!r}, wanted lower-case letters, digits, '-' and '_' after a letter"
        )
    return value


def _variable_name(value: str) -> str:
    if not _VARIABLE.fullmatch(value):
        raise refuse(f"got the name {value!r}, wanted letters, digits and '_'")
    return value


def _url_path(value: str) -> str:
    if not value.startswith("/") or any(each.isspace() for each in value):
        raise refuse(f"got {value!r}, wanted a path of a URL such as '/health'")
    return value


def _program(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value or not value[0].strip():
        raise refuse("got no program, wanted a program and its arguments such as ['make', 'build']")
    return value


def not_empty(value: tuple[Anything, ...]) -> tuple[Anything, ...]:
    """Return an array that has an entry.

    Raises:
        PydanticCustomError: If it has none.
    """
    if not value:
        raise refuse("got an empty array, wanted at least one entry, or none of this key")
    return value


#: Name of a stage, environment, resource, layer or service.
Name = Annotated[str, AfterValidator(_name)]
#: Name of an environment variable.
VariableName = Annotated[str, AfterValidator(_variable_name)]
#: Path of a URL on an instance.
UrlPath = Annotated[str, AfterValidator(_url_path)]
#: Duration in seconds, > 0.
Seconds = Annotated[float, Field(gt=0)]
#: A number of things, >= 1.
Count = Annotated[int, Field(ge=1)]
#: Checks that a command names a program.
Program = AfterValidator(_program)
#: TOML has arrays where these models have tuples.
Array = Field(strict=False)
#: Checks that an array has an entry.
NotEmpty = AfterValidator(not_empty)
