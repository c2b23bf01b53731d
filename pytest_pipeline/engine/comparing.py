"""Compares strategies: each deploys the same artifact at a site that is opened for this alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from pytest_pipeline.domain.comparison_options import comparison_options
from pytest_pipeline.domain.comparisons import ComparedStrategy
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.courses import Course
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.plans import Plan, without_migration
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.strategies import plan_deployment
from pytest_pipeline.domain.strategy_rows import Trial, figures_of, row_of_failure
from pytest_pipeline.domain.ways_back import REASON, WayBack, held_at_last_moment
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.deploying import TakeRequests, carry_out
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import close_site, open_site, serve
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import PipelineError

#: Why a comparison is not complete, for people.
STOPPED = "stopped by Ctrl-C: what was finished is shown"


def compared_environment(
    environment: Environment, *, replicas: int | None = None, rate: float | None = None
) -> Environment:
    """Return the definition of the site at which strategies are compared.

    It has no alarms, for the same artifact is deployed over itself. It demands no capacity beyond
    that which each strategy's own plan keeps, and rehearses and checks nothing.

    Args:
        environment: The environment that it is made from.
        replicas: Instances wanted; None for as many as the environment has.
        rate: Requests a second; None for those of its probe.
    """
    probe = environment.probe if rate is None else replace(environment.probe, rate=rate)
    return replace(
        environment,
        replicas=replicas or environment.replicas,
        probe=probe,
        alarms=(),
        minimum_healthy=None,
        rehearsal=None,
        mixed_versions=None,
    )


@dataclass
class Comparing:
    """A comparison under way.

    Attributes:
        tools: The engine's ports, with a ledger and a journal of their own: nobody is to hear of
            what is deployed here.
        environment: See `compared_environment`.
        built: What is deployed.
        installed: The same, ready to run.
        folder: Folder for logs and traffic records; created.
        site: The open site; None while there is none.
        stopped: Why not all strategies were tried; empty when they were.
    """

    tools: Toolbox
    environment: Environment
    built: Built
    installed: Installed
    folder: Path
    site: Site | None = None
    stopped: str = ""
    _rows: list[ComparedStrategy] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))

    def compare(self, strategies: Sequence[str], *, repeat: int = 1) -> list[ComparedStrategy]:
        """Try strategies one after another; the site is closed in the end.

        Args:
            strategies: Their names.
            repeat: How often each; count, >= 1.

        Raises:
            PipelineError: If nothing could be measured at all.
            KeyboardInterrupt: If somebody pressed Ctrl-C before any strategy was finished; nothing
                is left running. After that, what was finished is returned, and `stopped` is set.
        """
        try:
            for each in strategies:
                self._rows.append(self._try(each, repeat))
        except KeyboardInterrupt:
            if not self._rows:
                raise
            self.stopped = STOPPED
        finally:
            self.close()
        return self._rows

    def close(self) -> None:
        """End everything that was started."""
        site, self.site = self.site, None
        if site is not None:
            close_site(site)

    def _try(self, strategy: str, repeat: int) -> ComparedStrategy:
        options, shortened = comparison_options(
            strategy,
            self.environment.options if strategy == self.environment.strategy else {},
        )
        trials: list[Trial] = []
        for number in range(repeat):
            times = f" ({number + 1} of {repeat})" if repeat > 1 else ""
            self.tools.progress.line(f"{strategy}{times}: deployed, and taken back")
            try:
                trials.append(self._trial(self._opened(), strategy, options))
            except PipelineError as error:
                if self.site is None and not trials and not self._rows:
                    raise  # it does not serve at all
                failure = f"{error}{self._ended_after()}"
                if not trials:
                    return row_of_failure(strategy, failure)
                failure = f"trial {number + 1} of {repeat}: {failure}"
                return figures_of(strategy, trials, shortened, failure=failure)
        return figures_of(strategy, trials, shortened)

    def _ended_after(self) -> str:
        """End the site, so that the next strategy gets one that is whole; say what went wrong."""
        try:
            self.close()
        except PipelineError as error:
            return f"; ending its site failed: {error}"
        return ""

    def _trial(self, site: Site, strategy: str, options: dict[str, object]) -> Trial:
        stable, candidate = site.stable, self._next()
        assert stable is not None  # noqa: S101 - `_opened` serves one
        plan = self._plan(site, strategy, options, candidate)
        held = held_at_last_moment(plan, site.fleet_of(stable))
        there, course = self._carried_out(site, candidate, plan)
        if there.status is not DeploymentStatus.SUCCEEDED:
            self.close()
            return Trial(there, course)
        if held is None:  # going back means to deploy the earlier release again
            plan = without_migration(self._plan(site, strategy, options, stable))
            trial = Trial(there, course, *self._carried_out(site, stable, plan))
        else:
            another = self._next()
            plan = self._plan(site, strategy, options, another)
            held = held_at_last_moment(plan, site.fleet_of(candidate))
            assert held is not None  # noqa: S101 - as of the same plan above
            back, way_back, asked = self._aborted(site, another, held)
            trial = Trial(there, course, back, way_back, WayBack.ABORTED, asked=asked)
        if trial.back_failure:
            self.close()
        return trial

    def _opened(self) -> Site:
        if self.site is None:
            site = open_site(self.tools, self.environment, self.built, self.folder, keep=False)
            try:
                serve(site, self._next(), self.installed)
            except BaseException:
                close_site(site)
                raise
            self.site = site
        return self.site

    def _next(self) -> Release:
        run = self.built.service.run
        return Release(
            next(self._numbers),
            self.built.artifact,
            configuration_of(run, self.environment.variables),
        )

    def _plan(
        self, site: Site, strategy: str, options: dict[str, object], candidate: Release
    ) -> Plan:
        assert site.stable is not None  # noqa: S101 - it serves
        stable = site.fleet_of(site.stable)
        return plan_deployment(strategy, options, stable, site.fleet_of(candidate))

    def _aborted(
        self, site: Site, candidate: Release, held: Plan
    ) -> tuple[DeploymentRecord, Course, bool]:
        """Deploy, and abort at the plan's last step, a wait; tell whether it came to that."""
        last, asked = held.steps[-1], False

        def ask() -> tuple[ControlRequest, ...]:
            nonlocal asked
            if site.course.under_way is not last:
                return ()
            asked = True
            return (ControlRequest(site.environment.name, RequestKind.ABORT, REASON),)

        record, course = self._carried_out(site, candidate, held, ask)
        return record, course, asked

    def _carried_out(
        self, site: Site, candidate: Release, plan: Plan, ask: TakeRequests = tuple
    ) -> tuple[DeploymentRecord, Course]:
        """Deploy; nobody is asked for anything by default."""
        site.admit(candidate, self.installed)
        deployment = f"{self.folder.name}-{candidate.name}-{plan.strategy}"
        record = carry_out(site, candidate, plan, deployment=deployment, take_requests=ask)
        if record.interrupted:
            raise KeyboardInterrupt
        assert site.measured is not None  # noqa: S101 - as of every deployment
        return record, site.measured
