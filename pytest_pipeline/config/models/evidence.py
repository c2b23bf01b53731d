"""The table ``[evidence]``: whose evidence counts, and for how long."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from pytest_pipeline.config.models.fields import Array, Name, NotEmpty, Seconds, Table, refuse
from pytest_pipeline.domain.trust import Signer, public_key_from


def _public_key(value: str) -> str:
    try:
        public_key_from(value)
    except ValueError as error:
        raise refuse(f"{error}; `pytest-pipeline keys show` prints it") from None
    return value


def _pattern(value: str) -> str:
    if not value.strip():
        raise refuse("got an empty pattern, wanted a name, or '*' for any")
    return value


Patterns = Annotated[tuple[Annotated[str, AfterValidator(_pattern)], ...], Array]


class SignerTable(Table):
    """Somebody whose signatures count; `pytest-pipeline keys trust` writes this."""

    key: Annotated[str, AfterValidator(_public_key)] = Field(
        description="Public key: `ed25519:` and 64 hexadecimal digits."
    )
    stages: Patterns = Field(
        default=Signer.stages,
        description="Names of the stages whose evidence it may sign, also with `*` and `?`.",
    )
    environments: Patterns = Field(
        default=Signer.environments,
        description="Names of the environments whose promotions it may sign, also with `*` and "
        "`?`.",
    )
    approves: bool = Field(
        default=Signer.approves, description="Whether it may approve a policy that is weaker."
    )


def _different(value: dict[str, SignerTable]) -> dict[str, SignerTable]:
    names: dict[str, str] = {}
    for name, table in value.items():
        if table.key in names:
            raise refuse(
                f"got the key of {name!r} twice, wanted one signer for a key: it is also that of "
                f"{names[table.key]!r}"
            )
        names[table.key] = name
    return value


class EvidenceTable(Table):
    """Whose evidence counts, and for how long."""

    max_age_s: Seconds | None = Field(
        default=None,
        description="Evidence that is older does not count, seconds, > 0. By default it counts as "
        "long as revision, artifact and policy stay the same.",
    )
    signers: Annotated[dict[Name, SignerTable], AfterValidator(_different)] = Field(
        default_factory=dict,
        description="Who is believed. Without any the project works unsigned, on one machine.",
    )


#: Names of stages, at least one.
Stages = Annotated[tuple[str, ...], Array, NotEmpty]
