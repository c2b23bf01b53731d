"""The gate before a promotion: the chain, the ledger, what is older, what demands less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policy_approvals import NOBODY
from pytest_pipeline.domain.policy_tables import policy_table
from pytest_pipeline.domain.promotion_checks import (
    PromotionProblem,
    PromotionRefusal,
    ledger_problem,
    replay_problem,
)
from pytest_pipeline.domain.promotion_drafts import PromotionDraft
from pytest_pipeline.domain.promotions import AttestedPromotion, Promotion, PromotionInput
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.engine.overtaking import commit_problem
from pytest_pipeline.engine.policy_approving import (
    PolicyDifference,
    adoption,
    approving,
    policy_difference,
)
from pytest_pipeline.engine.promotion_chain import broken_chain
from pytest_pipeline.engine.promotion_ledger import missed_releases
from pytest_pipeline.engine.renamed_environments import renamed_problem
from pytest_pipeline.engine.toolbox import Toolbox


@dataclass(frozen=True)
class Candidate:
    """What is to be promoted.

    Attributes:
        pipeline: The pipeline as configured now.
        environment: Name of the environment.
        revision: What it was built from.
        artifact: Its digest; None where it is not here.
        evidence: The demanded evidence, as far as it was found.
        by_command: Whether somebody deploys it by command; else a run brings it that tests it.
        fresh: Whether all evidence is that of the execution that promotes.
    """

    pipeline: Pipeline
    environment: str
    revision: Revision
    artifact: str | None
    evidence: tuple[AttestedEvidence, ...] = ()
    by_command: bool = True
    fresh: bool = False


@dataclass(frozen=True)
class Assessment:
    """What the gate before a promotion says.

    Attributes:
        problems: What refuses it; empty for nothing.
        remarks: What is worth knowing and refuses nothing, for people.
        promotions: The promotions so far, the first one first.
        missed: Promotions that the ledger does not know yet, in order.
        difference: The policy beside that of the last promotion.
        draft: What the promotion will rest on.
    """

    problems: tuple[PromotionProblem, ...]
    remarks: tuple[str, ...]
    promotions: tuple[AttestedPromotion, ...]
    missed: tuple[Release, ...]
    difference: PolicyDifference
    draft: PromotionDraft


def assess(tools: Toolbox, candidate: Candidate) -> Assessment:
    """Look at everything that speaks for and against a promotion; touches nothing.

    Raises:
        EvidenceError: If a promotion or an approval cannot be read.
        StateError: If the ledger cannot be read.
    """
    promotions = tools.promotions.promotions(candidate.environment)
    return _Assessing(tools, candidate, promotions).result()


@dataclass(frozen=True)
class _Assessing:
    tools: Toolbox
    candidate: Candidate
    promotions: tuple[AttestedPromotion, ...]

    def result(self) -> Assessment:
        name, tools = self.candidate.environment, self.tools
        trust, known = tools.trust, [each.promotion for each in self.promotions]
        service = self.candidate.pipeline.name
        difference = policy_difference(self.candidate.pipeline, name, self.newest)
        approval = approving(tools, difference) if difference.weaker else ()
        chain = broken_chain(tools, name, self.promotions, service=service, unsigned=self.unsigned)
        missed = missed_releases(tools, name, self.promotions)
        promoted = missed[-1] if missed else tools.ledger.promoted(name)
        found = (chain, ledger_problem(name, known, promoted), *self._older(known))
        problems, remarks = [each for each in found if each is not None], self._remarks(known)
        counts = trust.wants_signatures and not self.unsigned
        for problem, refuses in (
            (None if approval else _weaker(difference), counts or self.candidate.by_command),
            (self._renamed(), counts),
        ):
            if problem is not None and refuses:
                problems.append(problem)
            elif problem is not None:
                remarks.append(str(problem))
        approvals = (*approval, *(adoption(tools, self.newest) if self.newest else ()))
        digests = dict.fromkeys(each.digest for each in approvals)
        inputs = [*self._inputs(), *(PromotionInput("approvals", each) for each in digests)]
        return Assessment(
            tuple(problems),
            tuple(remarks),
            self.promotions,
            missed,
            difference,
            replace(self._draft(difference), inputs=tuple(inputs)),
        )

    @property
    def newest(self) -> AttestedPromotion | None:
        """The last promotion; None before the first."""
        return self.promotions[-1] if self.promotions else None

    @property
    def unsigned(self) -> bool:
        """Whether a run goes on unsigned although signers are trusted: on one's own machine."""
        alone = not self.candidate.by_command and not self.tools.trust.in_ci
        return bool(self.tools.trust.signers) and self.tools.signer is None and alone

    def _older(self, known: Sequence[Promotion]) -> Iterator[PromotionProblem | None]:
        asked, in_ci = self.candidate, self.tools.trust.in_ci
        if asked.artifact is not None and not asked.fresh:
            yield replay_problem(asked.environment, known, asked.artifact, asked.evidence)
        committed = asked.revision.commit is None or not asked.revision.dirty
        if asked.by_command or (in_ci and committed):
            yield commit_problem(self.tools, asked.revision, known, asked.environment)

    def _renamed(self) -> PromotionProblem | None:
        if self.promotions:
            return None
        return renamed_problem(self.tools, self.candidate.pipeline, self.candidate.environment)

    def _remarks(self, known: Sequence[Promotion]) -> list[str]:
        name = self.candidate.environment
        promoted = self.tools.ledger.promoted(name)
        if promoted is None or known:
            return []
        begins = f"the ledger knows {promoted.name} of {name}, and no promotion is written down"
        return [f"{begins}: the chain begins here"]

    def _inputs(self) -> Iterator[PromotionInput]:
        for each in self.candidate.evidence:
            yield PromotionInput(f"evidence/{each.evidence.stage}", each.digest)
        for environment in self.candidate.pipeline.environments:
            if environment.name == self.candidate.environment:
                return
            there = self.tools.promotions.promotions(environment.name)
            if there and there[-1].promotion.release.artifact == self.candidate.artifact:
                yield PromotionInput(f"promotions/{environment.name}", there[-1].digest)

    def _draft(self, difference: PolicyDifference) -> PromotionDraft:
        revision = self.candidate.revision
        return PromotionDraft(
            service=self.candidate.pipeline.name,
            revision_tree=revision.tree,
            commit=revision.commit,
            dirty=revision.dirty,
            policy=difference.new,
            unsigned=self.unsigned,
        )


def signer_problem(tools: Toolbox, environment: str) -> PromotionProblem | None:
    """Return why nobody here could sign a promotion that wants it; None where somebody can."""
    if not tools.trust.signers:
        return None
    wanted = [
        each.name for each in tools.trust.signers if each.vouches_for_environment(environment)
    ]
    if tools.signer is None:
        got = "there is no key here"
    else:
        own = tools.trust.of([tools.signer.key.keyid])
        if any(each.vouches_for_environment(environment) for each in own):
            return None
        named = own[0].name if own else tools.signer.key.keyid[:16]
        got = f"the key here ({named}) is not trusted for it"
    return PromotionProblem(
        PromotionRefusal.SIGNER,
        f"a promotion to {environment} wants the signature of {', '.join(wanted) or 'nobody'}, and "
        f"{got}",
        "give the key by PYTEST_PIPELINE_KEY_FILE or PYTEST_PIPELINE_KEY",
    )


def _weaker(difference: PolicyDifference) -> PromotionProblem | None:
    if not difference.weaker:
        return None
    name = difference.environment
    return PromotionProblem(
        PromotionRefusal.POLICY,
        f"the policy of {name} is weaker than that of its last promotion",
        f"{_way_on(difference)}\n{policy_table(difference.changes)}",
    )


def _way_on(difference: PolicyDifference) -> str:
    name, who = difference.environment, difference.who_approves
    if who == NOBODY:
        return (
            "demand as much again, for nobody may approve it; or overrule it: pytest-pipeline "
            f"deploy {name} --force --reason TEXT"
        )
    return f"pytest-pipeline policy approve {name} --reason TEXT, by {who}"
