"""The conditions of load that is made by this process."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from pytest_pipeline.adapters.load_conditions.locustfiles import locustfile_digest
from pytest_pipeline.adapters.load_conditions.machine import machine_condition
from pytest_pipeline.domain.load import LoadSpec
from pytest_pipeline.domain.load_conditions import settings_condition


class ConditionsHere:
    """Implements `engine.load_conditions.LoadConditions`.

    Args:
        cwd: From where locustfiles are found; None for the working directory.
    """

    def __init__(self, cwd: Path | None = None) -> None:
        self._cwd = cwd

    def of(self, spec: LoadSpec) -> Mapping[str, str]:
        """Return machine, settings, data and locustfile; see the port."""
        locustfile = (self._cwd or Path.cwd()) / spec.locustfile
        return {
            "machine": machine_condition(),
            "settings": settings_condition(spec, _versions()),
            "data": _data_digest(spec.data),
            "locustfile": locustfile_digest(locustfile),
        }


def _versions() -> dict[str, str]:
    """Return versions without their last part, in which nothing gets faster or slower."""
    found = {"Python": platform.python_version()}
    for name in ("locust", "gevent"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {name: ".".join(version.split(".")[:2]) for name, version in found.items()}


def _data_digest(data: Mapping[str, object]) -> str:
    """Return the digest of what the test handed to its locustfile; empty for nothing."""
    if not data:
        return ""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=repr)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()
