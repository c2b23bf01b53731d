"""The table ``[source]``: where changes are measured against."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from pytest_pipeline.config.models.fields import Table, refuse


def _branch(value: str) -> str:
    if not value or value.startswith("-") or any(each.isspace() for each in value):
        raise refuse(f"got {value!r}, wanted the name of a branch such as 'main'")
    return value


class SourceTable(Table):
    """The source, as git knows it."""

    base: Annotated[str, AfterValidator(_branch)] | None = Field(
        default=None,
        description="The branch that changes are measured against. The default branch of `origin` "
        "by default, else `main` or `master`, of `origin` rather than local.",
    )
