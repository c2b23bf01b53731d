"""Texts with placeholders, checked against what is known where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from pytest_pipeline.config.declared import declared_in
from pytest_pipeline.config.models.fields import refuse
from pytest_pipeline.config.suggestions import did_you_mean
from pytest_pipeline.domain.templates import placeholders

_RELEASE = ("artifact", "environment", "release")
_INSTANCE = ("port", *_RELEASE, "instance")


def _check(value: str, known: Iterable[str]) -> str:
    names = tuple(known)
    for name in placeholders(value):
        if name not in names:
            listed = ", ".join(f"{{{each}}}" for each in names)
            raise refuse(
                f"got the placeholder {{{name}}}, wanted one of {listed}{did_you_mean(name, names)}"
            )
    return value


def _of_resources(info: ValidationInfo) -> tuple[str, ...]:
    return tuple(f"resources.{name}.url" for name in declared_in(info).resources)


def _build(value: str) -> str:
    return _check(value, ("output",))


def _release(value: str, info: ValidationInfo) -> str:
    return _check(value, (*_RELEASE, *_of_resources(info)))


def _instance(value: str, info: ValidationInfo) -> str:
    return _check(value, (*_INSTANCE, *_of_resources(info)))


def probe_text(value: str) -> str:
    """Return a text of a request of the probe.

    Raises:
        PydanticCustomError: If it has a placeholder that is not known.
    """
    return _check(value, ("n", "token"))


#: ``{n}``, ``{token}``.
ProbeText = AfterValidator(probe_text)


def _alarm(value: str, info: ValidationInfo) -> str:
    return _check(value, ("url", "environment", "release", "stable", *_of_resources(info)))


#: ``{output}``.
BuildText = Annotated[str, AfterValidator(_build)]
#: ``{artifact}``, ``{environment}``, ``{release}``, ``{resources.NAME.url}``.
ReleaseText = Annotated[str, AfterValidator(_release)]
#: The same and ``{port}``, ``{instance}``.
InstanceText = Annotated[str, AfterValidator(_instance)]
#: ``{url}`` for clients, ``{environment}``, ``{release}``, ``{stable}``, ``{resources.NAME.url}``.
AlarmText = Annotated[str, AfterValidator(_alarm)]
