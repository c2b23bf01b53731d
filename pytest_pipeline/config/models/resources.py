"""The tables ``[resources.NAME]``: what each environment provides for the service."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.locating import configuration_files
from pytest_pipeline.config.models.fields import Seconds, Table, refuse
from pytest_pipeline.domain.resources import PostgresSpec


def _is_a_peer(value: str, info: ValidationInfo) -> str:
    root = declared_in(info).root
    folder = root / value
    if PurePath(value).is_absolute():
        raise refuse(f"got {value!r}, wanted a path relative to the service root")
    if not folder.is_dir():
        raise refuse(f"got {value!r}, wanted a folder that exists")
    if folder.samefile(root):
        raise refuse(f"got {value!r}, which is this very service, wanted another one's root")
    if not configuration_files(folder):
        raise refuse(
            f"got {value!r}, wanted the root of a service: a folder with pipeline.toml or a "
            "pyproject.toml with [tool.pytest_pipeline]"
        )
    return value


class PostgresTable(Table):
    """A PostgreSQL database."""

    kind: Literal["postgres"] = Field(description="A PostgreSQL database of its own.")
    provider: Literal["auto", "container", "embedded"] = Field(
        default="auto",
        description="Who provides it. `auto` takes a container where a Docker engine answers and "
        "the image can be had, else the embedded wheel.",
    )
    version: Annotated[int, Field(ge=10)] = Field(
        default=PostgresSpec.version, description="Major version, >= 10."
    )
    image: Annotated[str, Field(min_length=1)] | None = Field(
        default=None, description="Image of the container; `postgres:<version>` by default."
    )
    start_timeout_s: Seconds = Field(
        default=PostgresSpec.start_timeout_s, description="Longest time to readiness, seconds, > 0."
    )


class PeerTable(Table):
    """A peer service, built and run the way the service itself is."""

    kind: Literal["service"] = Field(description="Another service, from its own source.")
    path: Annotated[str, AfterValidator(_is_a_peer)] = Field(
        description="Service root of the peer, relative to this one; its configuration holds "
        "`name`, `[build]` and `[run]`."
    )


ResourceTable = Annotated[PostgresTable | PeerTable, Field(discriminator="kind")]
