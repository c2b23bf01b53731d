"""The real journal, records and ledger, with the moments at which their controller may die."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
from pytest_pipeline.adapters.file_journal import FileJournal
from pytest_pipeline.adapters.sql_ledger import SqlLedger
from pytest_pipeline.domain.deployments import DeploymentRecord
from tests.integration.kill_matrix.fuse import Fuse

_CALLED = {"intent": "intent", "done": "outcome", "failed": "outcome"}


@dataclass
class FusedJournal:
    """A journal whose writer may die before, within and after each entry."""

    journal: FileJournal
    folder: Path
    fuse: Fuse

    def append(self, deployment: str, entry: Mapping[str, Any]) -> None:
        called = _CALLED.get(entry["kind"], entry["kind"])
        if called == "intent":
            self.fuse.step = entry["step"]["type"]
        self.fuse.reached(f"before the {called}")
        self.fuse.reached(f"within the {called}", last_words=lambda: self._tear(deployment, entry))
        self.journal.append(deployment, entry)
        if called == "observed":
            self.fuse.phase = "way back"
        elif self.fuse.phase == "begin":
            self.fuse.phase = "rollout"
        self.fuse.reached(f"after the {called}")

    def read(self, deployment: str) -> tuple[Mapping[str, object], ...]:
        return self.journal.read(deployment)

    def _tear(self, deployment: str, entry: Mapping[str, object]) -> None:
        line = json.dumps(dict(entry)).encode()
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{deployment}.jsonl").open("ab") as file:
            file.write(line[: len(line) // 2])


@dataclass
class FusedRecords:
    """Records of kept environments whose writer may die after each."""

    records: EnvironmentFolder
    fuse: Fuse

    def write(self, environment: str, record: Mapping[str, object]) -> None:
        self.records.write(environment, record)
        self.fuse.reached("site recorded")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever records can do
        return getattr(self.records, name)


@dataclass
class FusedLedger:
    """A ledger whose writer may die after each entry that is about a deployment."""

    ledger: SqlLedger
    fuse: Fuse

    def record_deployment(self, execution: str, record: DeploymentRecord) -> None:
        self.fuse.phase, self.fuse.step = "conclude", ""
        self.fuse.reached("before the record")
        self.ledger.record_deployment(execution, record)
        self.fuse.reached("deployment recorded")

    def mark_promoted(self, environment: str, number: int) -> None:
        self.ledger.mark_promoted(environment, number)
        self.fuse.reached("release promoted")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a ledger can do
        return getattr(self.ledger, name)
