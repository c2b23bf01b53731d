"""Takes over a kept environment as it stands, and brings it in order first."""

from __future__ import annotations

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.building import Built, install
from pytest_pipeline.engine.concluding import conclude
from pytest_pipeline.engine.kept_sites import discard_site, find_site
from pytest_pipeline.engine.mending import mend_stable
from pytest_pipeline.engine.resources import fingerprint
from pytest_pipeline.engine.resuming import abort
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import PipelineError, StateError, TargetError


def adopt_site(
    tools: Toolbox, environment: Environment, built: Built, *, execution: str
) -> Site | None:
    """Return a kept environment that serves, after going back from an unfinished deployment.

    One that does not serve any more is cleared away.

    Returns:
        The site; None when nothing is kept, or what was kept had died.

    Raises:
        StateError: If it was opened with other resources than are wanted now, or is frozen.
    """
    site = find_site(tools, environment)
    if site is None:
        return None
    # While a deployment is open nothing need run, and that is no sign of death.
    gone = not site.deployment and not site.running()
    if site.stable is None or gone or site.broken_resources():
        tools.progress.line(f"{environment.name}: the kept environment has died; starting anew")
        discard_site(site)
        return None
    if site.fingerprint != fingerprint(built, environment.resources):
        raise StateError(
            f"the kept environment {environment.name!r} has other resources than this revision "
            f"wants: end it with pytest-pipeline down {environment.name}, then run again"
        )
    try:
        site.admit(site.stable, install(tools, site.stable.artifact))
    except PipelineError as error:  # it serves; only an instance that died cannot come back
        tools.progress.line(f"{environment.name}: {error}")
    if site.deployment:
        _close(site, execution)
    mend_stable(site)
    return site


def _close(site: Site, execution: str) -> None:
    """Go back from the deployment that is open."""
    name = site.environment.name
    say = site.tools.progress.line
    say(f"{name}: going back from an unfinished deployment")
    record = abort(site, "another deployment takes its place")
    conclude(site, record, execution=execution)
    if record.phase not in (Phase.SUCCEEDED, Phase.ROLLED_BACK):
        raise TargetError(
            f"{name} has an unfinished deployment that could not be taken back: {record.failure}; "
            f"pytest-pipeline resume {name} tries again, pytest-pipeline down {name} ends it",
            output=record.log_tail,
        )
