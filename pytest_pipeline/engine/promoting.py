"""Promotes an artifact to an environment: opens its site, deploys, judges, records."""

from __future__ import annotations

from dataclasses import dataclass, field

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.releases import configuration_of
from pytest_pipeline.engine.adopting import adopt_site
from pytest_pipeline.engine.building import Built, install
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.outcomes import leave
from pytest_pipeline.engine.promotion_demands import PromotionGate
from pytest_pipeline.engine.rehearsing import Promotion, demand_rehearsable
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.site_damage import broken
from pytest_pipeline.engine.sites import close_site, open_site, serve
from pytest_pipeline.engine.stable_releases import note_stable
from pytest_pipeline.engine.taking import take_environment
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import TargetError


@dataclass
class Promoter:
    """Holds the sites of one execution.

    Attributes:
        execution: The execution.
        built: What is promoted.
        keep: Whether environments serve beyond the execution.
        strategies: Environment to the strategy that overrides the configured one.
        sites: Open sites by environment.
        held: Environments that the caller has for oneself already.
    """

    execution: Execution
    built: Built
    keep: bool
    strategies: dict[str, str] = field(default_factory=dict)
    sites: dict[str, Site] = field(default_factory=dict)
    held: frozenset[str] = frozenset()

    @property
    def tools(self) -> Toolbox:
        """The engine's ports."""
        return self.execution.tools

    def open(self, environment: Environment, gate: PromotionGate | None = None) -> Site:
        """Open an environment's site, with the last promoted release serving as stable.

        A kept environment is found again as it stands. Otherwise resources and router are started,
        and the release that was promoted last, so that the deployment is a real transition.

        Args:
            environment: The environment.
            gate: Asked whether something may be promoted there, once nobody else can; None where
                nothing is.

        Raises:
            PipelineError: If it cannot be opened, or the gate refuses.
        """
        site = self.sites.get(environment.name)
        if site is not None:
            site.draft = gate() if gate else None
            return site
        if environment.name not in self.held:
            take_environment(self.tools, environment, by=f"execution {self.execution.id}")
        try:
            draft = gate() if gate else None
            note_stable(self.execution, environment.name, adopt=True)
            site = self._opened(environment)
        except BaseException:
            if environment.name not in self.sites:
                self.tools.records.yield_up(environment.name)
            raise
        site.draft = draft
        return site

    def _opened(self, environment: Environment) -> Site:
        site = adopt_site(
            self.tools,
            environment,
            self.built,
            execution=self.execution.id,
            taken_back=self.execution.deployments.append,
        )
        if site is not None:
            self.sites[environment.name] = site
            return site
        folder = self.tools.workspace.execution(self.execution.id) / environment.name
        site = open_site(self.tools, environment, self.built, folder, keep=self.keep)
        self.sites[environment.name] = site
        for each in site.provided:
            self.tools.progress.line(
                f"{environment.name}: {each.name} is {each.provider} {each.version}"
                + (f" ({each.note})" if each.note else "")
            )
        record_site(site)
        return site

    def start_stable(self, site: Site) -> None:
        """Start the release that was promoted last, where nothing serves and there is one.

        One whose artifact was deleted is passed over, and that is said.

        Raises:
            ArtifactError: If its artifact was altered.
            TargetError: If it does not come up.
        """
        promoted = self.tools.ledger.promoted(site.environment.name)
        if site.stable is not None or promoted is None:
            return
        name = f"{promoted.name}, promoted to {site.environment.name} last,"
        folder = self.tools.artifacts.folder(promoted.artifact)
        if not folder.exists():
            self.tools.progress.line(f"{name} was deleted: no {folder}; nothing is deployed over")
            return
        try:
            serve(site, promoted, install(self.tools, promoted.artifact))
        except TargetError as error:
            raise TargetError(
                f"{name} does not come up, so that nothing can be deployed over it: {error}; "
                f"to deploy without it, delete {folder.parent}",
                output=error.output,
            ) from error
        record_site(site)

    def promote(
        self,
        environment: Environment,
        *,
        rehearses: bool = True,
        gate: PromotionGate | None = None,
    ) -> DeploymentRecord:
        """Deploy the artifact to an environment; write the promotion down when it serves.

        Args:
            environment: Where.
            rehearses: Whether that is rehearsed, if the environment wants it.
            gate: Says whether it may be promoted; None for an exercise, which promotes nothing.

        Returns:
            The deployment; of a rehearsal the last one.

        Raises:
            EvidenceError: If the gate refuses; nothing was touched.
            RehearsalError: If it cannot be rehearsed; nothing was touched.
            PipelineError: If the deployment could not be tried.
        """
        execution, tools = self.execution, self.tools
        if rehearses:
            demand_rehearsable(tools, environment, self.built.service.run)
        with execution.spending("deploy"):
            installed = install(tools, self.built.artifact)
            site = self.open(environment, gate)
            self.start_stable(site)
            run = self.built.service.run
            release = tools.ledger.register_release(
                environment.name,
                artifact=self.built.artifact,
                configuration=configuration_of(run, environment.variables),
            )
            strategy = self.strategies.get(environment.name, environment.strategy)
            name = f"{execution.id}-{environment.name}"
            site.admit(release, installed)
            promotion = Promotion(execution, site, release, strategy, name)
            promotion.end_broken_rehearsal()
            self._keep_suite(site)
            return promotion.rehearse() if rehearses else promotion.deploy()

    def _keep_suite(self, site: Site) -> None:
        """Keep the tests of what is promoted, where they will be run against its successor."""
        revision, tools = self.execution.revision, self.tools
        if site.environment.mixed_versions is None or revision is None:
            return
        stable = site.stable
        spare = {tools.artifacts.verify(stable.artifact).revision_tree} if stable else set()
        tools.suites.keep(site.environment.name, revision, spare=spare)

    def damage(self, environment: str | None) -> str:
        """Return what died at an environment while a stage used it; empty when all is well."""
        site = self.sites.get(environment) if environment else None
        return broken(site) if site else ""

    def release_site(self, environment: str) -> None:
        """Close an environment that nothing needs any more; a kept one that serves goes on."""
        site = self.sites.pop(environment, None)
        if site is None:
            return
        try:
            with self.execution.spending("deploy"):
                if site.keep:
                    leave(self.execution, site)
                else:
                    close_site(site)
        finally:
            self.tools.records.yield_up(environment)

    def close(self) -> None:
        """Close every site."""
        for environment in list(self.sites):
            with self.execution.containing():
                self.release_site(environment)
