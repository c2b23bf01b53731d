"""The port to the shards of stages."""

from __future__ import annotations

from typing import Protocol

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.shard_statements import AttestedShard


class ShardStore(Protocol):
    """What shards of stages came to, in files that one job passes to the next."""

    def add(self, envelope: Envelope, report: str) -> None:
        """Store the statement of a shard and its report; durable when the call returns.

        It replaces an earlier one of the same shard of the same stage, revision and artifact.

        Args:
            envelope: Holds a statement of a shard.
            report: The text whose digest the statement names.

        Raises:
            ValueError: If the envelope holds no statement of a shard, or the report is another.
            StateError: If it cannot be written.
        """
        ...

    def every(self, stage: str) -> tuple[AttestedShard, ...]:
        """Return all shards of a stage, whatever they were run on; their order says nothing.

        Raises:
            EvidenceError: If one cannot be read.
        """
        ...

    def report(self, shard: AttestedShard) -> str:
        """Return the text of a shard's report, as its digest says it is.

        Raises:
            EvidenceError: If it is not here or was changed.
        """
        ...
