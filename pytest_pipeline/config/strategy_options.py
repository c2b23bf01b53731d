"""``[environments.NAME.options]``, checked against the options of the environment's strategy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from dataclasses import Field as DataclassField
from types import GenericAlias
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from pydantic import Field, ValidationError, create_model

from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.fields import Array, Table
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.config.wording import problems_of
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.strategies import OPTIONS, plan_deployment
from pytest_pipeline.errors import ConfigError, PlanError

#: How strategies begin what they refuse: the option, such as ``steps[1].weight``.
_OPTION = re.compile(r"\w+(?:\[\d+\]|\.\w+)*")
_PART = re.compile(r"\[(\d+)\]|(\w+)")


def options_table(strategy: str) -> type[Table]:
    """Return the table of a strategy's options, made of the dataclass that holds them.

    Durations (names that end in ``_s``) are >= 0.
    """
    return table_of(OPTIONS[strategy])


def table_of(options: type) -> type[Table]:
    """Return the table of a dataclass; further dataclasses in it become tables, too."""
    hints = get_type_hints(options)
    keys: dict[str, Any] = {
        each.name: (_key(each.name, hints[each.name]), _default(each)) for each in fields(options)
    }
    return create_model(f"{options.__name__}Table", __base__=Table, **keys)


def option_problems(
    strategy: str, options: Mapping[str, object], replicas: int, *, at: KeyPath
) -> list[Problem]:
    """Return what is wrong with the options of an environment.

    Args:
        strategy: Name of its strategy.
        options: As configured.
        replicas: Instances wanted; what an option may be can depend on it.
        at: Where the options are in our section.
    """
    table = options_table(strategy)
    problems: list[Problem] = []
    try:
        table.model_validate(options)
    except ValidationError as error:
        problems = problems_of(error, table, at=at)
    wrong = {problem.path[len(at)] for problem in problems}
    right = {name: value for name, value in options.items() if name not in wrong}
    stable, candidate = fleets_of(replicas)
    try:
        plan_deployment(strategy, right, stable, candidate)
    except (ConfigError, PlanError) as error:
        option = _refused(str(error))
        problems.append(Problem((*at, *option) if option[0] in right else at, str(error)))
    return problems


def fleets_of(replicas: int) -> tuple[Fleet, Fleet]:
    """Return a stable and a candidate to try a plan with."""
    return (
        Fleet(1, tuple(f"r1-{index}" for index in range(replicas))),
        Fleet(2, tuple(f"r2-{index}" for index in range(replicas))),
    )


def _refused(text: str) -> KeyPath:
    """Return the path of the option that a strategy refuses, from the top of the options."""
    found = _OPTION.match(text)
    parts = _PART.findall(found[0]) if found else []
    return tuple(int(index) if index else name for index, name in parts) or ("",)


def _key(name: str, hint: Any) -> Any:  # noqa: ANN401 - a type as annotations spell it
    shape = _shape(hint)
    return Annotated[shape, Field(ge=0)] if name.endswith("_s") else shape


def _shape(hint: Any) -> Any:  # noqa: ANN401 - a type as annotations spell it
    """Return what a table has for a type of the domain."""
    if isinstance(hint, type) and is_dataclass(hint):
        return table_of(hint)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        entries: Any = GenericAlias(tuple, (_shape(arguments[0]), ...))
        return Annotated[entries, Array]
    if origin is Mapping:
        return GenericAlias(dict, (str, _shape(arguments[1])))
    return hint


def _default(option: DataclassField[Any]) -> Any:  # noqa: ANN401 - whatever the option is
    if option.default is not MISSING:
        return option.default
    if option.default_factory is not MISSING:
        return Field(default_factory=option.default_factory)
    return ...
