"""How the command and the variables of an instance come about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.templates import expand
from pytest_pipeline.engine.ports import Installed


def placeholder_values(
    *,
    environment: str,
    release: str,
    instance: str,
    artifact: Path,
    resources: Iterable[ProvidedResource],
) -> dict[str, str]:
    """Return the value of each placeholder; ``{port}`` stays for the target to fill."""
    return {
        "port": "{port}",
        "environment": environment,
        "release": release,
        "instance": instance,
        "artifact": str(artifact),
        **{f"resources.{each.name}.url": each.url for each in resources},
    }


def instance_command(command: tuple[str, ...], values: Mapping[str, str]) -> tuple[str, ...]:
    """Return a command with its placeholders replaced."""
    return tuple(expand(word, values) for word in command)


def instance_variables(
    inherited: Mapping[str, str],
    configured: Mapping[str, str],
    values: Mapping[str, str],
    installed: Installed,
) -> dict[str, str]:
    """Return the whole environment of an instance.

    Args:
        inherited: What every instance gets from the machine (``PATH``, ``HOME``, …).
        configured: The configured variables, with placeholders.
        values: Values of the placeholders.
        installed: The artifact; its folders come first in ``PATH``.
    """
    path = ":".join([*(str(each) for each in installed.path), inherited.get("PATH", "")])
    return {
        **inherited,
        **installed.variables,
        "PATH": path,
        "PIPELINE_ENVIRONMENT": values["environment"],
        "PIPELINE_RELEASE": values["release"],
        "PIPELINE_INSTANCE": values["instance"],
        **{name: expand(value, values) for name, value in configured.items()},
    }
