"""Looks for the capacity of each number of instances, at sites that are opened for this alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pytest_pipeline.domain.capacity import (
    Capacity,
    Decision,
    Outcome,
    Probe,
    Search,
    decide,
    probe_of,
)
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.load import LoadResult
from pytest_pipeline.domain.objectives import Objective
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.building import Built
from pytest_pipeline.engine.capacity.open_load import OpenLoad
from pytest_pipeline.engine.comparing import compared_environment
from pytest_pipeline.engine.ports import Installed, LoadRunner, Router
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import close_site, open_site, serve
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ConfigError, MissingExtraError, PipelineError

#: Why a measurement is not complete, for people.
STOPPED = "stopped by Ctrl-C: what was finished is shown"


@dataclass
class Measuring:
    """A measurement under way.

    Attributes:
        tools: The engine's ports, with a ledger and a journal of their own: nobody is to hear of
            what is started here.
        runner_at: Returns what runs loads through a router.
        environment: The environment whose definition is used.
        built: What is served, with its peers.
        installed: The same, ready to run.
        release: The release that is served.
        load: What is asked of it at each rate.
        objectives: What has to be met; absolute.
        search: How the highest rate is looked for.
        folder: Folder for logs and records; created.
        stopped: Why not every number of instances was measured; empty when each was.
    """

    tools: Toolbox
    runner_at: Callable[[Router], LoadRunner]
    environment: Environment
    built: Built
    installed: Installed
    release: Release
    load: OpenLoad
    objectives: Sequence[Objective]
    search: Search
    folder: Path
    stopped: str = ""
    _site: Site | None = None
    _calm: bool = False
    _loads: count[int] = field(default_factory=lambda: count(1))

    def measure(self, numbers: Sequence[int]) -> list[Capacity]:
        """Measure one number of instances after another; nothing is left running in the end.

        Args:
            numbers: Instances that serve; counts, >= 1.

        Raises:
            PipelineError: If the service does not serve at all, or no load can be begun.
            KeyboardInterrupt: If somebody pressed Ctrl-C before any number was finished; nothing is
                left running. After that, what was finished is returned, and `stopped` is set.
        """
        found: list[Capacity] = []
        try:
            for each in numbers:
                found.append(self._measured(each, first=not found))
        except KeyboardInterrupt:
            if not found:
                raise
            self.stopped = STOPPED
        finally:
            self._close()
        return found

    def _measured(self, instances: int, *, first: bool) -> Capacity:
        environment = compared_environment(self.environment, replicas=instances)
        probes: list[Probe] = []
        try:
            while isinstance(step := decide(self.search, probes), Decision):
                probes.append(self._probe(environment, step))
            self._close()
        except (ConfigError, MissingExtraError):
            raise  # asked wrongly: as of every other number
        except PipelineError as error:
            if first and not probes:
                raise  # it does not serve at all
            failure = f"{error}{self._ended_after()}"
            return Capacity(instances, None, tuple(probes), failure=failure)
        capacity = Capacity(instances, step, tuple(probes))
        self.tools.progress.line(f"{_instances(instances)}: {capacity.said}/s")
        return capacity

    def _probe(self, environment: Environment, step: Decision) -> Probe:
        site = self._opened(environment)
        what = f"{_instances(environment.replicas)}, {step.rate:g}/s"
        self.tools.progress.busy(f"{what}: {step.reason}")
        result = self._run(site, step.rate, self.load.duration_s)
        site.demand_resources()
        died = sorted(site.fleet.keys() - site.running())
        probe = probe_of(
            result,
            rate=step.rate,
            asked_s=self.load.duration_s,
            objectives=self.objectives,
            died=died,
            reason=step.reason,
        )
        self.tools.progress.line(f"{what}: {_in_words(probe)}  ({step.reason})")
        self._calm = probe.outcome is Outcome.HELD
        if died:
            self._close()  # the next probe is for as many instances as this one was
        return probe

    def _opened(self, environment: Environment) -> Site:
        """Return the site: started, warm, and done with what an earlier load was too much of."""
        site = self._site
        if site is None:
            folder = self.folder / f"{environment.replicas}-instances"
            site = open_site(self.tools, environment, self.built, folder, keep=False)
            self._site = site
            serve(site, self.release, self.installed)
            self._calm = False
        if not self._calm and self.load.warm_up_s:
            self.tools.progress.busy(f"{_instances(environment.replicas)}: warm-up")
            self._run(site, self.search.first_rate, self.load.warm_up_s)
        self._calm = True
        return site

    def _run(self, site: Site, rate: float, duration_s: float) -> LoadResult:
        spec = self.load.at(rate, site.router.url, duration_s=duration_s)
        return self.runner_at(site.router).run(spec, folder=self._folder())

    def _folder(self) -> Path:
        folder = self.folder / "loads" / f"{next(self._loads):03d}"
        folder.mkdir(parents=True)
        return folder

    def _ended_after(self) -> str:
        """End the site, so that the next number gets one that is whole; say what went wrong."""
        try:
            self._close()
        except PipelineError as error:
            return f"; ending its site failed: {error}"
        return ""

    def _close(self) -> None:
        site, self._site = self._site, None
        if site is not None:
            close_site(site)


def _instances(number: int) -> str:
    return f"{number} instance{'s' if number > 1 else ''}"


def _first(problems: Sequence[str]) -> str:
    """Return the first problem without its advice, and how many there are besides."""
    if not problems:
        return ""
    others = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{problems[0].partition(';')[0]}{others}"


def _in_words(probe: Probe) -> str:
    """Return a probe as a line of progress."""
    times = "  ".join(
        f"{name} {value:.0f} ms"
        for name, value in (("p50", probe.p50_ms), ("p95", probe.p95_ms), ("p99", probe.p99_ms))
        if value is not None
    )
    why = {
        Outcome.HELD: "",
        Outcome.MISSED: f": {'; '.join(probe.missed)}",
        Outcome.INVALID: f": {_first(probe.problems)}",
    }[probe.outcome]
    return f"{probe.outcome}{why}  {times}"
