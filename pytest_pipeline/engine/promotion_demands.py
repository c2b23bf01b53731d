"""Demands that something may be promoted, while its environment is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import demanded_stages, stages_before
from pytest_pipeline.domain.promotion_checks import PromotionProblem
from pytest_pipeline.domain.promotion_drafts import PromotionDraft
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.promotion_gate import Assessment, Candidate, assess, signer_problem
from pytest_pipeline.engine.promotion_ledger import take_over
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import EvidenceError

#: Demands that something may be promoted, and returns what the promotion rests on.
PromotionGate = Callable[[], PromotionDraft]


@dataclass(frozen=True)
class PromotionDemand:
    """Something that an execution is to promote to an environment.

    Attributes:
        execution: The execution; its revision is known.
        pipeline: The pipeline.
        environment: Name of the environment.
        by_command: See `promotion_gate.Candidate`.
        force: What may be overruled, and notes that it was.
    """

    execution: Execution
    pipeline: Pipeline
    environment: str
    by_command: bool = True
    force: Force = field(default_factory=Force)

    def __call__(self) -> PromotionDraft:
        """Demand that it may be promoted, and have the ledger know what the promotions say.

        Returns:
            What the promotion rests on.

        Raises:
            EvidenceError: With everything that speaks against it.
            StateError: If the ledger cannot be written.
        """
        tools = self.execution.tools
        draft = self._demanded(tools)
        forced = self.force.reason if self.force.overruled else ""
        return replace(draft, forced=forced)

    def _demanded(self, tools: Toolbox) -> PromotionDraft:
        found = assess(tools, self.candidate())
        for remark in found.remarks:
            self.execution.remarks.append(remark)
            tools.progress.line(remark)
        problems = (*found.problems, *self._unsigned(tools, found))
        with self.force.overruling(EvidenceError, tools.progress):
            refuse(self.environment, problems)
        take_over(tools, self.environment, found.missed)
        return found.draft

    def candidate(self) -> Candidate:
        """Return what is to be promoted."""
        execution = self.execution
        revision = execution.revision
        assert revision is not None  # noqa: S101 - read before anything is asked of it
        stages = demanded_stages if self.by_command else stages_before
        evidence = found_evidence(
            execution.tools,
            [each.name for each in stages(self.pipeline, self.environment)],
            revision.tree,
            execution.artifact,
        )
        own = all(each.evidence.execution == execution.id for each in evidence)
        return Candidate(
            self.pipeline,
            self.environment,
            revision,
            execution.artifact,
            evidence,
            self.by_command,
            fresh=own and not self.by_command,
        )

    def _unsigned(self, tools: Toolbox, found: Assessment) -> tuple[PromotionProblem, ...]:
        problem = None if found.draft.unsigned else signer_problem(tools, self.environment)
        return () if problem is None else (problem,)


def found_evidence(
    tools: Toolbox, stages: Iterable[str], tree: str, artifact: str | None
) -> tuple[AttestedEvidence, ...]:
    """Return the evidence of stages for a revision and an artifact, as far as there is any."""
    found = (tools.evidence.find(each, tree, artifact) for each in stages)
    return tuple(each for each in found if each is not None)


def refuse(environment: str, problems: Iterable[PromotionProblem]) -> None:
    """Refuse a promotion for problems.

    Raises:
        EvidenceError: If there is one.
    """
    listed = "".join(f"\n  {each}" for each in problems)
    if listed:
        raise EvidenceError(f"promotion to {environment} refused:{listed}")
