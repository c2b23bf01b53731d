"""A place where a stage compares what serves with what served before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.services import CommandBuild, Service
from pytest_pipeline.domain.side_by_side import SideBySide
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.adopting import adopt_site
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.execution import Execution, Interpreter
from pytest_pipeline.engine.site import Site
from tests.integration.rollouts.place import NAME, Place

NOT_SLOWER = Objective("load.p95_ms", (parse_criterion("<= +10%"),))
GATE = Gate((*BASIC_OBJECTIVES, NOT_SLOWER), side_by_side=SideBySide())
STAGE = Stage("performance", ("performance",), NAME, GATE)


@dataclass
class Verdicts:
    """Implements `engine.evidence_store.EvidenceStore`, as far as it is asked.

    Attributes:
        kept: Artifact, verdict and time of what was judged.
    """

    kept: list[tuple[str, Verdict, str]] = field(default_factory=list)

    def every(self, stage: str) -> tuple[Any, ...]:
        """Return all evidence of a stage."""
        del stage
        return tuple(
            SimpleNamespace(
                evidence=SimpleNamespace(artifact=artifact, verdict=verdict, created=created)
            )
            for artifact, verdict, created in self.kept
        )


@dataclass
class TestedPlace:
    """A place, and what was promoted there.

    Attributes:
        place: The place; what serves there is kept.
        verdicts: What the stage said of artifacts.
        deleted: Digests of artifacts that are gone.
    """

    __test__ = False

    place: Place = field(
        default_factory=lambda: Place(Environment(NAME, replicas=2, strategy="rolling"))
    )
    verdicts: Verdicts = field(default_factory=Verdicts)
    deleted: set[str] = field(default_factory=set)

    def promote(self, content: str) -> Release:
        """Deploy an artifact of that content."""
        self.place.revision = Revision(None, dirty=False, files={"app.py": content})
        ended = self.place.deploy()
        if ended.exit_code:
            raise AssertionError(ended.failures)
        promoted = self.place.ledger.promoted(NAME)
        if promoted is None:
            raise AssertionError("nothing was promoted")
        return promoted

    def refuse(self, release: Release, *, at: str = "2026-01-01") -> None:
        """Let the stage say FAIL of a release."""
        self.verdicts.kept.append((release.artifact, Verdict.FAIL, at))

    def release(self, number: int) -> Release:
        """Return a release by number."""
        found = self.place.ledger.release(NAME, number)
        if found is None:
            raise AssertionError(f"there is no r{number}")
        return found

    def execution(self, *, before: Release | None = None, kind: str = "pipeline") -> Execution:
        """Return an execution that tests what serves.

        Args:
            before: What was promoted before it; None for nothing.
            kind: Its kind.
        """
        tools = self.tools()
        execution = Execution(
            "tests", kind, tools, self.place.clock.now(), self.place.clock.utc(),
            Interpreter("3", {}),
        )  # fmt: skip
        if before is None:
            execution.unpromoted.add(NAME)
        else:
            execution.promoted_before[NAME] = before
        return execution

    def tools(self) -> Any:  # noqa: ANN401 - a toolbox with what this needs
        """Return the ports."""
        tools = self.place._tools()
        tools.evidence = self.verdicts
        tools.artifacts.folder = self._folder
        return tools

    def site(self, execution: Execution) -> Site:
        """Return the site as it serves."""
        service = Service("orders", CommandBuild(("build",)), self.place.run)
        built = Built(service, self.place.revision.tree, {})
        site = adopt_site(execution.tools, self.place.environment, built, execution=execution.id)
        if site is None:
            raise AssertionError("nothing is kept")
        return site

    @contextmanager
    def as_tested(self, *, before: Release | None) -> Iterator[tuple[Execution, Site]]:
        """Yield an execution and the site that it tests."""
        execution = self.execution(before=before)
        yield execution, self.site(execution)

    def _folder(self, digest: str) -> Path:
        return Path("/nowhere/artifacts" if digest in self.deleted else "/")
