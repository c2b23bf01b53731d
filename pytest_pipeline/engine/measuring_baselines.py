"""Measures the merge base: runs stages on its files, in a work tree apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.revisions import Revision, short_commit
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.baselines import TO_COMPARE, distrust, doubt_of, evidence_of_commit
from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.ports import Completed, WorkTrees
from pytest_pipeline.engine.toolbox import Toolbox

#: What building, deploying and starting Python may take besides the tests, seconds.
_SET_UP_S = 900.0
_TAIL_LINES = 15
_UNSIGNED = (
    "the project trusts signers, and none of them signed it here: give the key by "
    "PYTEST_PIPELINE_KEY or PYTEST_PIPELINE_KEY_FILE"
)


class StageSessions(Protocol):
    """Runs stages on files elsewhere, to compare with."""

    def run(self, root: Path, stage: str, *, timeout_s: float) -> Completed:
        """Run a stage on its own, to its end or to the deadline.

        Args:
            root: The service root there.
            stage: Its name.
            timeout_s: Longest duration, seconds, > 0.

        Raises:
            TargetStartError: If it cannot be started.
        """
        ...

    def evidence(self, root: Path) -> EvidenceStore:
        """Return the evidence that was written there."""
        ...


@dataclass(frozen=True)
class MeasuredStage:
    """A stage at the merge base.

    Attributes:
        stage: Its name.
        evidence: What was measured; None when nothing was that can be compared with.
        failure: Why nothing was; empty when something was.
        output: The end of what the session wrote; empty when all is well.
    """

    stage: str
    evidence: Evidence | None = None
    failure: str = ""
    output: str = ""


@dataclass(frozen=True)
class BaselineMeasuring:
    """Measures the merge base.

    Attributes:
        tools: The engine's ports.
        work_trees: Has the files of the merge base.
        sessions: Runs stages there.
        service: Name of the service.
    """

    tools: Toolbox
    work_trees: WorkTrees
    sessions: StageSessions
    service: str = ""

    def measure(self, stages: Sequence[Stage], commit: str) -> tuple[MeasuredStage, ...]:
        """Run stages on a commit's files and keep what was measured.

        Args:
            stages: The stages, in order.
            commit: The commit.

        Raises:
            BaselineError: If the commit cannot be checked out.
            StateError: If what was measured cannot be kept.
        """
        with self.work_trees.checked_out(self.tools.workspace.root, commit) as there:
            return tuple(self._measured(stage, commit, there) for stage in stages)

    def known(self, stage: str, commit: str) -> Evidence | None:
        """Return what is known of a stage already; None for nothing to compare with.

        Raises:
            EvidenceError: If evidence cannot be read.
        """
        every = evidence_of_commit(self.tools, stage, commit)
        trusted = (each.evidence for each in every if not distrust(each, self.tools.trust))
        return next(trusted, None)

    def _measured(self, stage: Stage, commit: str, there: Path) -> MeasuredStage:
        progress = self.tools.progress
        progress.section(f"stage {stage.name} at {short_commit(commit)}")
        progress.busy("its tests run")
        timeout_s = stage.timeout_s + _SET_UP_S
        done = self.sessions.run(there, stage.name, timeout_s=timeout_s)
        progress.idle()
        store = self.sessions.evidence(there)
        found = store.latest(stage.name)
        evidence = None if found is None else found.evidence
        failure = _failure(done, evidence, commit, timeout_s)
        if failure or evidence is None:
            return MeasuredStage(stage.name, None, failure, _tail(done.output))
        files = store.revision_files(evidence.revision_tree) or {}
        envelope = attest(stage_statement(evidence, self.service), self.tools.signer)
        self.tools.baselines.add(envelope, Revision(commit, dirty=False, files=files))
        if self.tools.trust.signers and self.known(stage.name, commit) is None:
            return MeasuredStage(stage.name, None, _UNSIGNED)
        return MeasuredStage(stage.name, evidence)


def _failure(done: Completed, evidence: Evidence | None, commit: str, timeout_s: float) -> str:
    """Return why what a session left cannot be compared with; empty when it can."""
    if done.exit_code is None:
        return f"it did not end within {timeout_s:g} s; see what hangs, or raise timeout_s"
    if evidence is None:
        return f"it ended with exit code {done.exit_code} and left no evidence"
    if evidence.policy != TO_COMPARE or evidence.commit != commit:
        return "what it left is not of this run; measure it again"
    if evidence.dirty:
        return (
            "its files are not all those of the commit: the tests change them, or `inputs` lie "
            "outside of the repository or are ignored by git"
        )
    return doubt_of(evidence)


def _tail(output: str) -> str:
    return "\n".join(output.rstrip().splitlines()[-_TAIL_LINES:])
