"""The tables ``[stages.NAME.load]``: where the load of a stage comes from."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from pytest_pipeline.config.models.fields import Array, Table, refuse
from pytest_pipeline.domain.load_settings import (
    LISTEN_WANTED,
    LOOPBACK_LISTEN,
    MOST_PROCESSES,
    WORKERS_WANTED,
    LoadSettings,
    are_workers,
    is_address,
)


def _workers(value: tuple[str, ...]) -> tuple[str, ...]:
    if not are_workers(value):
        raise refuse(f"got {list(value)!r}, wanted {WORKERS_WANTED}")
    return value


def _address(value: str) -> str:
    if not is_address(value):
        raise refuse(f"got {value!r}, wanted {LISTEN_WANTED}")
    return value


class LoadTable(Table):
    """Where the load of a stage's load tests comes from."""

    processes: Annotated[int, Field(ge=1, le=MOST_PROCESSES)] = Field(
        default=LoadSettings.processes,
        description="Processes that send requests, 1-256; with `workers`, on each of the machines. "
        "A load test may say otherwise.",
    )
    workers: Annotated[tuple[str, ...], Array, AfterValidator(_workers)] = Field(
        default=(),
        description="Machines that send the requests, by name or address; on each of them runs "
        "[`pytest-pipeline load worker`](cli.md#worker). Without them this machine does.",
    )
    listen: Annotated[str, AfterValidator(_address)] | None = Field(
        default=None,
        description=f"Address at which workers are awaited, `{LOOPBACK_LISTEN}` by default. What "
        "is sent there is neither encrypted nor authenticated: name an address of a network that "
        "you trust.",
    )

    @field_validator("listen")
    @classmethod
    def _for_workers(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("workers") == ():
            raise refuse(
                f"got {value!r} without workers, wanted workers = ['10.0.0.5'] too: nobody is "
                "awaited there"
            )
        return value
