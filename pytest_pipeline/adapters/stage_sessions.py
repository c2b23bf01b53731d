"""Runs stages on the files of another commit, in a pytest process of their own."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.ports import Command, Completed, Processes

#: Says to the session that its evidence is only to be compared with.
ONLY_COMPARED = "PYTEST_PIPELINE_BASELINE"
#: Says to the session how many runs of each side to make, of a release beside itself.
BESIDE_ITSELF = "PYTEST_PIPELINE_BESIDE_ITSELF"
#: Variables of what runs around this that would lead the session elsewhere.
_FOREIGN = ("PYTEST_CURRENT_TEST", "PYTEST_XDIST_", "COV_CORE_", "GIT_DIR", "GIT_INDEX_FILE",
            "GIT_WORK_TREE", "PYTEST_PIPELINE_HANDOFF")  # fmt: skip


class OtherCommitSessions:
    """Implements `engine.measuring_baselines.StageSessions` with the interpreter that runs this.

    The modules there come before those that are installed, so that an editable installation of the
    service does not put the code of this branch beside the tests of that commit.

    Args:
        processes: Guards the sessions.
        logs: Folder for their output; created.
        evidence: Opens the evidence of a service root.
        root: The service root here.
        environ: Variables for the sessions; None for the own.
    """

    def __init__(
        self,
        processes: Processes,
        *,
        logs: Path,
        evidence: Callable[[Path], EvidenceStore],
        root: Path,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._processes = processes
        self._logs = logs
        self._evidence = evidence
        self._root = root
        self._environ = os.environ if environ is None else environ

    def run(self, root: Path, stage: str, *, timeout_s: float) -> Completed:
        """Run a stage on its own; see the port."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{stage}.log"
        log.unlink(missing_ok=True)
        command = Command(
            argv=(
                *(sys.executable, "-P", "-m", "pytest", "-p", "pipeline_gates"),
                *("-p", "no:locust", "--color=no", f"--pipeline-stage={stage}"),
            ),
            cwd=root,
            env=self._variables(root),
            log=log,
            name=f"stage {stage} of other files",
        )
        return self._processes.run(command, timeout_s=timeout_s)

    def evidence(self, root: Path) -> EvidenceStore:
        """Return the evidence that was written there; see the port."""
        return self._evidence(root)

    def _variables(self, root: Path) -> Mapping[str, str]:
        kept = {k: v for k, v in self._environ.items() if not k.startswith(_FOREIGN)}
        path = [*self._moved(root), kept.get("PYTHONPATH", "")]
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join(filter(None, path)),
            ONLY_COMPARED: "1",
        }

    def _moved(self, root: Path) -> list[str]:
        """Return the folders there that stand for those of this service root."""
        inside = [Path(each) for each in sys.path if each and Path(each).is_relative_to(self._root)]
        moved = [root / each.relative_to(self._root) for each in inside]
        usual = [root / "src", root]
        return list(dict.fromkeys(str(each) for each in (*moved, *usual) if each.is_dir()))
