"""``[environments.NAME.options]``, checked against the options of the environment's strategy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any, get_type_hints

from pydantic import Field, ValidationError, create_model

from pytest_pipeline.config.lines import KeyPath
from pytest_pipeline.config.models.fields import Table
from pytest_pipeline.config.problems import Problem
from pytest_pipeline.config.wording import problems_of
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.strategies import OPTIONS, plan_deployment
from pytest_pipeline.errors import ConfigError, PlanError


def options_table(strategy: str) -> type[Table]:
    """Return the table of a strategy's options, made of the dataclass that holds them.

    Durations (names that end in ``_s``) are >= 0.
    """
    options = OPTIONS[strategy]
    hints = get_type_hints(options)
    keys: dict[str, Any] = {
        each.name: (_shape(each.name, hints[each.name]), each.default) for each in fields(options)
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
    stable, candidate = (
        Fleet(release, tuple(f"r{release}-{index}" for index in range(replicas)))
        for release in (1, 2)
    )
    try:
        plan_deployment(strategy, right, stable, candidate)
    except (ConfigError, PlanError) as error:
        option = str(error).split()[0]  # strategies say first which option they refuse
        problems.append(Problem((*at, option) if option in right else at, str(error)))
    return problems


def _shape(name: str, hint: Any) -> Any:  # noqa: ANN401 - a type as annotations spell it
    return Annotated[hint, Field(ge=0)] if name.endswith("_s") else hint
