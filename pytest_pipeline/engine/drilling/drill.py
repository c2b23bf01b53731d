"""Drills every strategy with every fault at a site of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pytest_pipeline.domain.drill_environments import Shortened, drilled, drilled_run
from pytest_pipeline.domain.drill_rows import DrillRow
from pytest_pipeline.domain.drills import Ending, Fault
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.engine.building import Built, install
from pytest_pipeline.engine.drilling.exercise import Exercise
from pytest_pipeline.engine.drilling.order import disorder, left_behind
from pytest_pipeline.engine.drilling.toolbox import DrillToolbox
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import close_site, open_site, serve
from pytest_pipeline.errors import PipelineError


@dataclass(frozen=True)
class DrillOptions:
    """What is drilled.

    Attributes:
        strategies: Names of strategies, in order.
        faults: Faults, in order.
        replicas: Instances that serve; count, >= 1.
        waits: Longest waits.
    """

    strategies: tuple[str, ...]
    faults: tuple[Fault, ...]
    replicas: int
    waits: Shortened = field(default_factory=Shortened)


@dataclass
class Drill:
    """A drill of one environment.

    Attributes:
        tools: Its tools.
        built: What is deployed: the same artifact under ever new release numbers.
        environment: The environment whose definition is taken; it is not touched.
        options: What is drilled.
        folder: Folder for the site's files, on the small disk.
        site: Its site; None while none is open.
    """

    tools: DrillToolbox
    built: Built
    environment: Environment
    options: DrillOptions
    folder: Path
    site: Site | None = None
    _resources: frozenset[str] = field(default=frozenset())
    _installed: Installed | None = None

    def rows(self, seen: Callable[[DrillRow], object] = lambda _: None) -> Iterator[DrillRow]:
        """Yield what each fault in each strategy's deployment came to.

        Args:
            seen: Told of each row before the next is begun.

        Raises:
            PipelineError: If the site cannot be opened, or a fault cannot be undone.
        """
        for strategy in self.options.strategies:
            self.tools.progress.section(f"drill {self.environment.name}: {strategy}")
            for fault in self.options.faults:
                row = self._row(strategy, fault)
                seen(row)
                yield row

    def close(self) -> tuple[str, ...]:
        """End the site; return what runs all the same, by name."""
        site, self.site = self.site, None
        if site is not None:
            close_site(site)
        return tuple(sorted({name for name, _ in self.tools.started.running()}))

    def _row(self, strategy: str, fault: Fault) -> DrillRow:
        if fault is Fault.DISK_FULL and self.tools.disk.missing:
            return DrillRow(strategy, fault, Ending.NOT_STRUCK, skipped=self.tools.disk.missing)
        site = self._opened()
        site.environment = self._environment(strategy)
        candidate = self._register(site)
        row = Exercise(self.tools, site, fault, candidate).run()
        amiss = (*row.disorder, *disorder(site))
        serving = site.stable.name if site.stable and not amiss else "-"
        left = left_behind(self.tools, site, self._resources)
        if amiss or left:
            self._give_up(site)
        return replace(row, disorder=amiss, serving=serving, left_behind=left)

    def _opened(self) -> Site:
        """Return the site, with a release that serves.

        Raises:
            PipelineError: If it cannot be opened.
        """
        if self.site is not None:
            return self.site
        environment = self._environment(self.options.strategies[0])
        installed = install(self.tools, self.built.artifact)
        site = open_site(self.tools, environment, self.built, self.folder, keep=False)
        self.site, self._installed = site, installed
        self._resources = frozenset(name for name, _ in self.tools.started.running())
        stable = self._register(site)
        self.tools.progress.busy(f"{environment.name}: starting {stable.name}")
        serve(site, stable, installed)
        self.tools.ledger.mark_promoted(environment.name, stable.number)
        return site

    def _environment(self, strategy: str) -> Environment:
        options = self.options
        return drilled(self.environment, strategy, replicas=options.replicas, waits=options.waits)

    def _register(self, site: Site) -> Release:
        assert self._installed is not None  # noqa: S101 - the site is open
        run = drilled_run(self.built.service.run, self.options.waits)
        release = self.tools.ledger.register_release(
            site.environment.name,
            artifact=self.built.artifact,
            configuration=configuration_of(run, site.environment.variables),
        )
        site.admit(release, self._installed)
        return release

    def _give_up(self, site: Site) -> None:
        """End a site that is not in order; the next row opens another one."""
        self.site = None
        try:
            close_site(site)
        except PipelineError as error:
            self.tools.progress.line(f"{site.environment.name}: {error}")
