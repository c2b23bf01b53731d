"""Load whose result says under which conditions it was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.load import LoadResult, LoadSpec
from pytest_pipeline.engine.ports import LoadRunner


class LoadConditions(Protocol):
    """Knows under which conditions a load is made."""

    def of(self, spec: LoadSpec) -> Mapping[str, str]:
        """Return conditions by name, as texts that are equal when they are; never secrets.

        Args:
            spec: What is asked of the generator.
        """
        ...


@dataclass(frozen=True)
class DescribedLoadRunner:
    """A `LoadRunner` whose results say under which conditions they came about.

    Attributes:
        runner: Makes the load.
        conditions: Knows them.
        environment: What the environment consists of, see
            `domain.load_conditions.environment_condition`; empty where nobody knows.
    """

    runner: LoadRunner
    conditions: LoadConditions
    environment: str = ""

    def run(self, spec: LoadSpec, *, folder: Path) -> LoadResult:
        """Run a load test to its end; see the port.

        Raises:
            LoadError: If the generator could not be run at all.
        """
        result = self.runner.run(spec, folder=folder)
        found = {**self.conditions.of(spec), "environment": self.environment}
        return replace(result, conditions={name: said for name, said in found.items() if said})
