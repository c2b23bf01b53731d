"""Kept environments have somebody who starts again what dies: the supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.engine.building import install
from pytest_pipeline.engine.kept_sites import catch_up, find_site, record_site
from pytest_pipeline.engine.mending import mend_stable
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.site_damage import broken
from pytest_pipeline.engine.taking import SUPERVISOR
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import StateError

#: Exit code of a process that was to mend an environment which somebody else has: try again.
BUSY = 75


@dataclass(frozen=True)
class SupervisorState:
    """What the supervisor of an environment says of itself.

    Attributes:
        pid: Number of its process.
        created: When that was created, as the system says (seconds; only for comparison).
        since: Since when it looks after the environment, ISO 8601 in UTC.
        mended: How often it started something again; count.
        failures: How often in a row that failed, or did not last; count.
        problem: What is wrong at the moment, for people; empty when all is well.
    """

    pid: int
    created: float
    since: str
    mended: int = 0
    failures: int = 0
    problem: str = ""

    def __str__(self) -> str:
        """Return it in words."""
        times = f", mended {self.mended} times" if self.mended else ""
        problem = f"; {self.problem}" if self.problem else ""
        return f"supervised{times}{problem}"


class Supervisors(Protocol):
    """Starts supervisors, one an environment, that outlive this process."""

    def ensure(self, environment: str) -> bool:
        """Start the supervisor of a kept environment, unless it runs; return at once.

        Returns:
            Whether it was started.

        Raises:
            TargetStartError: If it cannot be started.
        """
        ...

    def state(self, environment: str) -> SupervisorState | None:
        """Return what the supervisor says of itself; None when none runs."""
        ...

    def end(self, environment: str) -> None:
        """End the supervisor of an environment; nothing when none runs."""
        ...


def mend_environment(tools: Toolbox, environment: Environment) -> str:
    """Start again what died at a kept environment, unless somebody else is at it.

    The environment is taken only for as long. A deployment that is open is left alone, for that
    is `resume`'s or `abort`'s to bring to an end.

    Returns:
        What had died, for people; empty when nothing was to be done.

    Raises:
        ConcurrencyError: If somebody else is at it.
        PipelineError: If it cannot be started again.
    """
    name = environment.name
    tools.records.acquire(name, by=SUPERVISOR)
    try:
        return _mend(tools, environment)
    finally:
        tools.records.yield_up(name)


def _mend(tools: Toolbox, environment: Environment) -> str:
    catch_up(tools, environment.name)
    site = find_site(tools, environment)
    if site is None or site.deployment:
        return ""
    what = broken(site) or _missing(site)
    if not what:
        return ""
    if site.stable is None:
        raise StateError(f"{what}; nothing was promoted to {environment.name}: deploy anew")
    site.demand_resources()
    site.admit(site.stable, install(tools, site.stable.artifact))
    mend_stable(site)
    record_site(site)
    return what


def _missing(site: Site) -> str:
    """Name the instances that an earlier attempt could not start; the record has no trace."""
    wanted = site.fleet_of(site.stable).instances if site.stable else ()
    missing = sorted(set(wanted) - set(site.fleet))
    return f"instances of {site.environment.name} are missing: {', '.join(missing)}" * bool(missing)
