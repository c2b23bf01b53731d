"""Takes over a kept environment as it stands, and brings it in order first."""

from __future__ import annotations

from collections.abc import Callable

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.building import Built, install
from pytest_pipeline.engine.concluding import conclude
from pytest_pipeline.engine.kept_sites import catch_up, discard_site, find_site, record_site
from pytest_pipeline.engine.mending import mend_stable
from pytest_pipeline.engine.outcomes import outcome_line
from pytest_pipeline.engine.resources import fingerprint
from pytest_pipeline.engine.resuming import abort
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import PipelineError, StateError, TargetError


def adopt_site(
    tools: Toolbox,
    environment: Environment,
    built: Built,
    *,
    execution: str,
    taken_back: Callable[[DeploymentRecord], object] = lambda _: None,
) -> Site | None:
    """Return a kept environment as it serves, after going back from an unfinished deployment.

    One that cannot serve any more is cleared away.

    Args:
        tools: The engine's ports.
        environment: The environment; the caller has it for oneself.
        built: What is to be deployed there.
        execution: Identifier of the execution that takes it over.
        taken_back: Told what the unfinished deployment came to.

    Returns:
        The site, where nothing serves if the unfinished deployment was the first; None when
        nothing is kept, or what was kept is of no use.

    Raises:
        StateError: If it was opened with other resources than are wanted now, or is frozen.
        TargetError: If the unfinished deployment cannot be taken back.
    """
    catch_up(tools, environment.name)
    site = find_site(tools, environment)
    if site is None:
        return None
    useless = _why_useless(site)
    if useless:
        tools.progress.line(f"{environment.name}: {useless}; starting anew")
        discard_site(site)
        return None
    if site.fingerprint != fingerprint(built, environment.resources):
        raise StateError(
            f"the kept environment {environment.name!r} has other resources than this revision "
            f"wants: end it with pytest-pipeline down {environment.name}, then run again"
        )
    if site.deployment:
        _close(site, execution, taken_back)
    _bring_in_order(site)
    return site


def _why_useless(site: Site) -> str:
    """Say why a kept environment cannot serve any more; empty when it can."""
    broken = site.broken_resources()
    if broken:
        return f"the kept environment has died: {'; '.join(broken)}"
    if site.deployment:  # nothing need run meanwhile, and that is no sign of death
        return ""
    if site.stable is None:
        return "nothing was deployed to the kept environment yet"
    return "" if site.running() else "the kept environment has died"


def _bring_in_order(site: Site) -> None:
    if site.stable is None:
        site.mend_router()
        record_site(site)
        return
    try:
        site.admit(site.stable, install(site.tools, site.stable.artifact))
    except PipelineError as error:  # it serves; only an instance that died cannot come back
        site.tools.progress.line(f"{site.environment.name}: {error}")
    mend_stable(site)


def _close(site: Site, execution: str, taken_back: Callable[[DeploymentRecord], object]) -> None:
    """Go back from the deployment that is open."""
    name = site.environment.name
    say = site.tools.progress.line
    say(f"{name}: going back from an unfinished deployment")
    record = abort(site, "another deployment takes its place")
    taken_back(record)
    conclude(site, record, execution=execution)
    say(outcome_line(record))
    if record.phase not in (Phase.SUCCEEDED, Phase.ROLLED_BACK):
        raise TargetError(
            f"{name} has an unfinished deployment that could not be taken back: {record.failure}; "
            f"pytest-pipeline resume {name} tries again, pytest-pipeline down {name} ends it",
            output=record.log_tail,
        )
