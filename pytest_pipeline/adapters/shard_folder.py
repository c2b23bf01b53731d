"""Shards of stages as files, which a CI system can pass from job to job."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json, sha256_of
from pytest_pipeline.domain.shard_statements import AttestedShard, ShardRun, shard_in
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.engine.evidence_layout import SHARDS, report_path, safe_name, shard_path
from pytest_pipeline.errors import EvidenceError, StateError


class ShardFolder:
    """The `ShardStore` of a folder.

    ::

        shards/<stage>/<tree>-<artifact>/<k>-of-<n>.json    first 16 digits of each; "none"
        reports/<digest>.json                               a report, by its SHA-256

    Args:
        folder: The state folder; made when the first shard is added.
        verifier: Checks signatures.
        keys: Keys whose signatures are looked for.
    """

    def __init__(
        self, folder: Path, verifier: SignatureVerifier, keys: tuple[PublicKey, ...] = ()
    ) -> None:
        self._state = folder.absolute()
        self._verifier = verifier
        self._keys = keys

    def add(self, envelope: Envelope, report: str) -> None:
        """Store the statement of a shard and its report; see the port."""
        run = shard_in(envelope)
        if sha256_of(report) != run.report:
            raise ValueError(f"{run.name} names report {run.report}, got {sha256_of(report)}")
        _replace(self._report_path(run.report), report)
        _replace(self._path(run), envelope.to_json())

    def every(self, stage: str) -> tuple[AttestedShard, ...]:
        """Return all shards of a stage; see the port."""
        return tuple(self._read(path) for path in sorted(self._folder(stage).glob("*/*.json")))

    def report(self, shard: AttestedShard) -> str:
        """Return the text of a shard's report; see the port."""
        path = self._report_path(shard.run.report)
        try:
            content = path.read_bytes()
        except OSError as error:
            raise EvidenceError(
                f"cannot read the report of {shard.run.name}, {path}: {error.strerror}; hand over "
                "the .pipeline/reports of its job"
            ) from error
        if sha256_of(content) != shard.run.report:
            raise EvidenceError(
                f"the report of {shard.run.name}, {path}, was changed after it was made: fetch it "
                "anew from the job that wrote it"
            )
        return content.decode()

    def _read(self, path: Path) -> AttestedShard:
        try:
            envelope = envelope_from_json(path.read_bytes().decode())
            run = shard_in(envelope)
        except (OSError, ValueError) as error:
            raise EvidenceError(
                f"cannot read the shard {path}: {error}; fetch it anew from the job that wrote it, "
                "or delete it and run it again"
            ) from error
        if self._path(run) != path:
            raise EvidenceError(
                f"{path} holds {run.name}, which belongs to {self._path(run)}: fetch the folder "
                "anew from the job that wrote it"
            )
        keyids = self._verifier.verified(envelope, self._keys) if self._keys else frozenset()
        return AttestedShard(run, envelope, keyids)

    def _folder(self, stage: str) -> Path:
        return self._state / SHARDS / safe_name(stage)

    def _path(self, run: ShardRun) -> Path:
        cut = (run.shard.number, run.shard.total)
        return self._state / shard_path(run.stage, run.revision_tree, run.artifact, cut)

    def _report_path(self, digest: str) -> Path:
        return self._state / report_path(digest)


def _replace(path: Path, text: str) -> None:
    """Write a file so that readers, and a crash, find the whole text or the earlier one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".writing-", delete=False
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
    except OSError as error:
        raise StateError(
            f"cannot write {path}: {error.strerror}; make the folder writable and see to free space"
        ) from error
