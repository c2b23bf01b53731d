"""A release: artifact and configuration, numbered, immutable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from pytest_pipeline.domain.instance_counts import MetricsSpec
from pytest_pipeline.domain.services import RunSpec


@dataclass(frozen=True)
class Release:
    """What an environment runs.

    Attributes:
        number: Counts up within one environment, from 1.
        artifact: Digest of the artifact, ``sha256:…``.
        configuration: Command, variables and paths as configured, before placeholders are replaced;
            holds no secret.
    """

    number: int
    artifact: str
    configuration: Mapping[str, str]

    @property
    def name(self) -> str:
        """Short name, ``r7``."""
        return f"r{self.number}"

    @property
    def configuration_digest(self) -> str:
        """Digest of the configuration, ``sha256:…``."""
        text = json.dumps(dict(self.configuration), sort_keys=True, separators=(",", ":"))
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def instances(self, replicas: int) -> tuple[str, ...]:
        """Return the identifiers of this many instances: ``r7-0``, ``r7-1``, …."""
        return tuple(f"{self.name}-{index}" for index in range(replicas))


def configuration_of(run: RunSpec, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the configuration of a release: how it is run, and with which variables.

    Args:
        run: How an instance of the service is run.
        variables: The environment's own variables, over those of the service.
    """
    # Only where there is one: releases of before keep their digest.
    metrics = {"metrics": json.dumps(asdict(run.metrics), sort_keys=True)} if run.metrics else {}
    return {
        "command": json.dumps(run.command),
        "migrate": json.dumps(run.migrate),
        "irreversible": json.dumps(run.irreversible),
        "ready": run.ready,
        "variables": json.dumps({**run.variables, **variables}, sort_keys=True),
        "deploy_timeout_s": repr(run.deploy_timeout_s),
        "drain_timeout_s": repr(run.drain_timeout_s),
        "migrate_timeout_s": repr(run.migrate_timeout_s),
        **metrics,
    }


def run_of(configuration: Mapping[str, str]) -> RunSpec:
    """Return how instances of a release are run; the reverse of `configuration_of`."""
    return RunSpec(
        command=tuple(json.loads(configuration["command"])),
        migrate=tuple(json.loads(configuration["migrate"])),
        irreversible=json.loads(configuration.get("irreversible", "false")),
        ready=configuration["ready"],
        variables=json.loads(configuration["variables"]),
        deploy_timeout_s=float(configuration["deploy_timeout_s"]),
        drain_timeout_s=float(configuration["drain_timeout_s"]),
        migrate_timeout_s=float(configuration["migrate_timeout_s"]),
        metrics=_metrics(configuration.get("metrics", "")),
    )


def _metrics(text: str) -> MetricsSpec | None:
    if not text:
        return None
    told = json.loads(text)
    exclude = {label: tuple(values) for label, values in told["exclude"].items()}
    return MetricsSpec(told["requests"], told["path"], exclude)
