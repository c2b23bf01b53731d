"""A project whose releases go to an environment of fakes, with promotions in real files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.promotion_folder import PromotionFolder
from pytest_pipeline.domain.attested import AttestedEvidence
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Signer, Trust
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.forcing import Force
from pytest_pipeline.engine.promotion_demands import PromotionDemand
from pytest_pipeline.engine.rollback_command import RollbackOptions, rollback_environment
from pytest_pipeline.errors import BaselineError
from tests.integration.promotions.key_in_hand import KeyInHand
from tests.integration.rollouts.place import NAME, RUN, Ended, Place

COVERAGE = "coverage.lines_percent"


@dataclass
class Commits:
    """Implements `engine.ports.History`, as far as it is asked: one commit after the other.

    Attributes:
        known: The commits of the clone, the first one first.
    """

    known: list[str] = field(default_factory=list)

    def is_ancestor(self, root: Path, commit: str, *, of: str) -> bool:
        """Return whether a commit comes before another one."""
        del root
        if {commit, of} - {*self.known}:
            raise BaselineError("run git fetch --unshallow")
        return self.known.index(commit) < self.known.index(of)


@dataclass
class Found:
    """Implements `engine.evidence_store.EvidenceStore`, as far as it is asked."""

    kept: dict[tuple[str, str, str | None], AttestedEvidence] = field(default_factory=dict)

    def find(self, stage: str, tree: str, artifact: str | None) -> AttestedEvidence | None:
        """Return the evidence of a stage for this very revision and artifact."""
        return self.kept.get((stage, tree, artifact))


@dataclass
class Project:
    """A project with one stage and one environment.

    Attributes:
        folder: Its state folder.
        place: Its environment.
        key: Signs what is promoted; None for nobody.
        coverage: What its gate demands; empty for nothing.
        commits: Its history.
    """

    folder: Path
    place: Place = field(default_factory=lambda: Place(Environment(NAME, replicas=2)))
    key: KeyInHand | None = None
    coverage: str = ">= 80"
    commits: Commits = field(default_factory=Commits)
    found: Found = field(default_factory=Found)

    def __post_init__(self) -> None:
        """Have its parts find each other."""
        self.trusting()
        self.at("c1")

    def trusting(self, *signers: Signer, in_ci: bool = False) -> None:
        """Believe these from now on."""
        self.place.trust = Trust(signers, in_ci=in_ci)
        self.place.promotions = PromotionFolder(self.folder, DsseVerifier(), self.place.trust.keys)

    def signed(self, name: str = "ci", **rights: Any) -> Signer:  # noqa: ANN401 - of a signer
        """Have everything signed by a key that is believed from now on."""
        self.key = KeyInHand()
        signer = Signer(name, self.key.key, **rights)
        self.trusting(signer)
        return signer

    def at(self, commit: str, content: str = "") -> None:
        """Work on a commit from now on; the content is another one with each."""
        if commit not in self.commits.known:
            self.commits.known.append(commit)
        files = {"app.py": content or commit}
        self.place.revision = Revision(commit, dirty=False, files=files)

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline as configured now."""
        objectives = BASIC_OBJECTIVES
        if self.coverage:
            objectives = (
                *objectives,
                Objective(COVERAGE, (parse_criterion(self.coverage),)),
            )
        return Pipeline(
            "orders",
            Service("orders", CommandBuild(("build",)), RUN),
            (Stage("unit", ("unit",), gate=Gate(objectives)),),
            (self.place.environment,),
            signers=self.place.trust.signers,
        )

    def test(self, execution: str = "tests") -> AttestedEvidence:
        """Run the stage, which passes."""
        revision, gate = self.place.revision, self.pipeline.stages[0].gate
        evidence = Evidence(
            stage="unit",
            verdict=Verdict.PASS,
            revision_tree=revision.tree,
            commit=revision.commit,
            artifact=revision.tree,
            policy=policy_digest(gate),
            results=(),
            measurements={},
            resources={},
            interpreter="3",
            distributions={},
            execution=execution,
            created=self.place.clock.utc(),
        )
        made = AttestedEvidence(evidence, Envelope(evidence.to_json().encode()))
        self.found.kept["unit", revision.tree, revision.tree] = made
        return made

    def deploy(self, *, by_command: bool = True, force: str = "") -> Ended:
        """Deploy what is worked on."""
        place = self.place

        def gate(execution: Execution) -> PromotionDemand:
            execution.artifact = place.revision.tree
            if not by_command:
                self.test(execution.id)
            return PromotionDemand(execution, self.pipeline, NAME, by_command, Force(force))

        self._prepare()
        place.gate = gate
        place.clock.sleep(1)
        return place.deploy()

    def rollback(self, to: str | None = None) -> Ended:
        """Go back to an earlier release."""

        def act(execution: Execution) -> None:
            artifacts: Any = execution.tools.artifacts
            artifacts.folder = lambda _: Path("/")  # one that is there
            execution.tools.evidence = Found()  # type: ignore[misc]  # its promotion counts
            rollback_environment(execution, self.pipeline, NAME, RollbackOptions(to))

        self._prepare()
        self.place.clock.sleep(1)
        return self.place._ended(act)

    def tools(self) -> Any:  # noqa: ANN401 - a toolbox with what deployments need
        """Return the ports."""
        self._prepare()
        return self.place._tools()

    def release(self, commit: str) -> Ended:
        """Test and deploy a commit."""
        self.at(commit)
        self.test()
        return self.deploy()

    def promotions(self) -> list[Promotion]:
        """Return what was promoted."""
        return [each.promotion for each in self.place.promotions.promotions(NAME)]

    def lose_the_ledger(self) -> None:
        """Go on in a fresh clone that has the promotions alone."""
        self.place = Place(
            self.place.environment,
            revision=self.place.revision,
            promotions=self.place.promotions,
            trust=self.place.trust,
            clock=self.place.clock,
        )

    def _prepare(self) -> None:
        self.place.signer = self.key
        self.place.further = {
            "evidence": self.found, "history": self.commits, "verifier": DsseVerifier()
        }  # fmt: skip
