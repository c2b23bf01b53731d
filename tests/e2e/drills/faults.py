"""Breaks the next release of the tiny service."""

from __future__ import annotations

from tests.e2e.drills.repository import Repository


def give_variables(repository: Repository, environment: str, **variables: str) -> None:
    """Give the instances of one environment variables, from the next release on."""
    lines = "".join(f'{name} = "{value}"\n' for name, value in variables.items())
    repository.append("pipeline.toml", f"\n[environments.{environment}.variables]\n{lines}")


def bake_for(repository: Repository, environment: str, seconds: float) -> None:
    """Let the deployments to an environment be watched for so long.

    Raises:
        ValueError: If the configuration is not the tiny service's.
    """
    lines = (repository.root / "pipeline.toml").read_text(encoding="utf-8").splitlines()
    start = lines.index(f"[environments.{environment}]")
    options = next(i for i, line in enumerate(lines) if i > start and line.startswith("options"))
    lines[options] = f"options = {{ bake_s = {seconds} }}"
    repository.write("pipeline.toml", "\n".join(lines) + "\n")
