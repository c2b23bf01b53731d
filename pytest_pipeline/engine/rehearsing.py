"""Promotes a release at an open site: deploys it, or rehearses that first."""

from __future__ import annotations

from dataclasses import dataclass

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.rehearsals import (
    Leg,
    Rehearsal,
    RehearsalLimits,
    first_release,
    judge_rehearsal,
)
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.building import install
from pytest_pipeline.engine.deploying import deploy
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.outcomes import settle
from pytest_pipeline.engine.promotion_writing import write_promotion
from pytest_pipeline.engine.rollback_target import serving_release
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ArtifactError, RehearsalError, TargetError


def demand_rehearsable(tools: Toolbox, environment: Environment, run: RunSpec) -> None:
    """Demand a way back, if an environment wants promotions rehearsed.

    Args:
        tools: The engine's ports.
        environment: Where.
        run: How the release that is to be rehearsed is run.

    Raises:
        RehearsalError: If its migration cannot be undone, or what serves is not there any more.
    """
    stable = serving_release(tools, environment.name)
    if environment.rehearsal is None or stable is None:
        return
    refused = f"promotion to {environment.name} cannot be rehearsed, nothing was touched"
    if run.irreversible:
        raise RehearsalError(
            f"{refused}: the migration of the new release cannot be undone (run.irreversible), so "
            f"that {stable.name} could not run on its data; set rehearse = false in "
            f"[environments.{environment.name}] for this release"
        )
    try:
        tools.artifacts.verify(stable.artifact)
    except ArtifactError as error:
        raise RehearsalError(
            f"{refused}: there is no going back to {stable.name}: {error}; hand over its artifact, "
            f"or set rehearse = false in [environments.{environment.name}] for this release"
        ) from error


@dataclass(frozen=True)
class Promotion:
    """A release on its way to be stable at a site.

    Attributes:
        execution: The execution that it counts to.
        site: Where; it has admitted the release.
        release: What.
        strategy: Name of the strategy.
        name: Identifier of the deployment, or of the first of a rehearsal.
    """

    execution: Execution
    site: Site
    release: Release
    strategy: str
    name: str

    def deploy(self) -> DeploymentRecord:
        """Deploy it, without a rehearsal; the ledger says so when it serves.

        Raises:
            PipelineError: If that could not be tried.
        """
        record = deploy(self.site, self.release, strategy=self.strategy, deployment=self.name)
        settle(self.execution, self.site, record)
        return record

    def rehearse(self) -> DeploymentRecord:
        """Deploy it, go back, and deploy it again, if the environment wants that.

        It is promoted when the gate passes; otherwise what served before serves in the end, and
        the execution says why. Migrations are run in the first of the deployments only.

        Returns:
            The last deployment that was made.

        Raises:
            PipelineError: If one could not be tried.
        """
        limits, stable = self.site.environment.rehearsal, self.site.stable
        if limits is None:
            return self.deploy()
        if stable is None:
            record = self.deploy()
            if record.status is DeploymentStatus.SUCCEEDED:
                self._book(first_release(record.environment, record.candidate), record)
            return record
        return self._rehearsed(limits, stable)

    def end_broken_rehearsal(self) -> None:
        """Go back to the promoted release, if a rehearsal that was broken off left another.

        Raises:
            TargetError: If that fails: nothing can be rehearsed or deployed over it.
        """
        site, name = self.site, self.site.environment.name
        promoted = site.tools.ledger.promoted(name)
        if not promoted or not site.stable or site.stable.number == promoted.number:
            return
        last = next(iter(site.tools.ledger.deployments(name, limit=1)), None)
        if last is None or not last.rehearsal:
            return
        site.tools.progress.line(
            f"{name}: {site.stable.name} serves since a rehearsal that was broken off and was "
            f"never promoted; going back to {promoted.name}"
        )
        site.admit(promoted, install(site.tools, promoted.artifact))
        record = self._deployed(Leg.RETURN, promoted, f"{self.name}-restore")
        if not _done(record):
            raise TargetError(
                f"{name} could not go back to {promoted.name}, which was promoted last: "
                f"{record.failure}; now serving: {record.serving}",
                output=record.log_tail,
            )

    def _rehearsed(self, limits: RehearsalLimits, stable: Release) -> DeploymentRecord:
        site = self.site
        site.tools.progress.line(
            f"{site.environment.name}: rehearsing {stable.name} > {self.release.name} > "
            f"{stable.name} > {self.release.name}; limits: {limits}"
        )
        records = self._there_and_back(limits, stable)
        result = judge_rehearsal(limits, records)
        if result.verdict.promotes:
            write_promotion(site, self.release, records[-1], execution=self.execution.id)
            site.tools.ledger.mark_promoted(site.environment.name, self.release.number)
        elif _done(records[-1]) and site.stable != stable:
            name = Leg.RETURN.deployment(self.name)
            records.append(self._deployed(Leg.RETURN, stable, name))
        self._book(result, records[-1])
        return records[-1]

    def _there_and_back(self, limits: RehearsalLimits, stable: Release) -> list[DeploymentRecord]:
        """Make the deployments, until one fails or the gate cannot pass any more."""
        records: list[DeploymentRecord] = []
        for leg in (Leg.FORWARD, Leg.BACK, Leg.AGAIN):
            release = stable if leg is Leg.BACK else self.release
            records.append(self._deployed(leg, release, leg.deployment(self.name)))
            refused = leg is Leg.BACK and not judge_rehearsal(limits, records).verdict.promotes
            if refused or not _done(records[-1]):
                break
        return records

    def _deployed(self, leg: Leg, release: Release, name: str) -> DeploymentRecord:
        site = self.site
        site.rehearsal = str(leg)
        try:
            record = deploy(
                site,
                release,
                strategy=self.strategy,
                deployment=name,
                migrates=leg is Leg.FORWARD,
            )
        finally:
            site.rehearsal = ""
        settle(self.execution, site, record)
        if record.interrupted:
            self.execution.fail(ExitCode.INTERRUPTED, "stopped by Ctrl-C")
        return record

    def _book(self, result: Rehearsal, last: DeploymentRecord) -> None:
        """Write down what the rehearsal came to; a deployment that failed is booked already."""
        execution = self.execution
        execution.rehearsals.append(result)
        told = (
            f"rehearsal of {result.candidate} in {result.environment}: {result.verdict}: "
            f"{'; '.join(result.reasons)}"
        )
        execution.tools.progress.line(told)
        stays = self.site.stable == self.release
        if result.verdict.promotes or (not _done(last) and not stays):
            return
        serves = last.serving
        if stays:
            serves += f"; pytest-pipeline rollback {result.environment} goes back"
        failed = result.verdict is Verdict.FAIL
        execution.fail(
            ExitCode.GATE_FAILED if failed else ExitCode.INCONCLUSIVE,
            f"{told}; not promoted, now serving: {serves}",
        )


def _done(record: DeploymentRecord) -> bool:
    return record.status is DeploymentStatus.SUCCEEDED and not record.interrupted
