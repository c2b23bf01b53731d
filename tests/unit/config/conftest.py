"""Configurations written in a test, without a file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from pytest_pipeline.config.conversion import to_pipeline
from pytest_pipeline.config.declared import declared_by
from pytest_pipeline.config.documents import Document
from pytest_pipeline.config.lines import key_lines
from pytest_pipeline.config.validating import validated
from pytest_pipeline.domain.pipelines import Pipeline

#: The least that a service needs, to put tables of interest behind.
SERVICE = """
name = "orders"
build = {kind = "wheel"}
run = {command = ["serve", "{port}"]}
"""


@pytest.fixture
def problems() -> Callable[[str], list[str]]:
    """Return the function from a ``pipeline.toml`` to its problems, without the file's name."""

    def found(text: str) -> list[str]:
        text = dedent(text)
        data = tomllib.loads(text)
        _, wrong = validated(data, declared_by(Path("orders"), data))
        told = Document(Path("pipeline.toml"), (), data, key_lines(text)).told(wrong)
        return [line.removeprefix("pipeline.toml:") for line in told]

    return found


@pytest.fixture
def service_problems(problems: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
    """Return the like, for tables behind those of a complete service (lines begin at 5)."""
    return lambda text: problems(SERVICE + dedent(text))


@pytest.fixture
def pipeline() -> Callable[[str], Pipeline]:
    """Return the function from a valid ``pipeline.toml`` to its pipeline."""

    def made(text: str) -> Pipeline:
        data = tomllib.loads(dedent(text))
        declared = declared_by(Path("orders"), data)
        configuration, wrong = validated(data, declared)
        assert configuration is not None
        assert wrong == []
        return to_pipeline(configuration, declared)

    return made
