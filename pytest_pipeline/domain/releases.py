"""A release: artifact and configuration, numbered, immutable."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


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
