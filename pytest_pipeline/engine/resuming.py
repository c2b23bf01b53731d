"""Goes on with a deployment whose controller died, from its journal and from what is observed."""

from __future__ import annotations

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.journal_entries import happened, replay, standing_requests
from pytest_pipeline.domain.plans import Shift
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.repairs import plan_repair
from pytest_pipeline.domain.rollouts import (
    Event,
    Phase,
    ResumeRequested,
    RolloutState,
    advance,
)
from pytest_pipeline.domain.shares import shift_by_count
from pytest_pipeline.engine.building import install
from pytest_pipeline.engine.deploying import measure, watch_over
from pytest_pipeline.engine.mending import mend_stable
from pytest_pipeline.engine.observing import observe
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.rollout import Rollout, RolloutLog
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.under_way import demand_way_back
from pytest_pipeline.errors import PipelineError, StateError


def resume(site: Site) -> DeploymentRecord:
    """Bring an open deployment to its end, in the direction in which it was going.

    A frozen one is tried again from the step that failed, a way back that failed is planned anew.

    Args:
        site: A kept site that has an open deployment.

    Raises:
        StateError: If its journal cannot be read.
        PipelineError: If its traffic could not be measured.
    """
    rollout, candidate = _reopen(site)
    if rollout.state.phase in (Phase.FROZEN, Phase.ROLLBACK_FAILED, Phase.PAUSED):
        _tell(rollout, ResumeRequested())
        rollout.watch.standing.pausing = False
    return _run(rollout, candidate)


def abort(site: Site, reason: str, *, force: bool = False) -> DeploymentRecord:
    """Go back from an open deployment, however far it had come.

    One whose steps were all done has nothing to go back from: it is brought to its end.

    Args:
        site: A kept site that has an open deployment.
        reason: Why, for people.
        force: Whether to go back even where stable cannot run on the migrated data.

    Raises:
        StateError: If its journal cannot be read, or stable cannot run on the migrated
            data and ``force`` is not given.
        PipelineError: If its traffic could not be measured.
    """
    rollout, candidate = _reopen(site)
    if not force:
        demand_way_back(site.environment.name, rollout.state, led=False)
    if rollout.state.phase is Phase.ROLLBACK_FAILED:
        _tell(rollout, ResumeRequested())
    elif not rollout.state.phase.final or rollout.state.phase is Phase.FROZEN:
        rollout.turn_back(reason, force=force)
    return _run(rollout, candidate)


def _reopen(site: Site) -> tuple[Rollout, Release]:
    name = site.deployment
    try:
        entries = site.tools.journal.read(name)
        state, standing = replay(entries), standing_requests(entries)
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"the journal of deployment {name} cannot be understood ({error}): end the environment "
            f"with pytest-pipeline down {site.environment.name}"
        ) from error
    site.rehearsal = str(entries[0].get("rehearsal", ""))
    _admit(site, state.candidate.release)
    if state.stable is not None:
        _admit(site, state.stable.release)
    log = RolloutLog(started_s=site.tools.clock.now())
    log.notes.append(
        f"resumed at step {min(state.index + 1, len(state.plan.steps))} of "
        f"{len(state.plan.steps)}: traffic is measured from here"
    )
    if site.rehearsal:
        log.notes.append(f"the deployment {site.rehearsal} of a rehearsal, which promotes nothing")
    site.minimum_healthy = state.plan.minimum_healthy
    _suspect(site, state)
    watch = watch_over(site)
    watch.step, watch.standing = state.index, standing
    rollout = Rollout(name, site, state, log, watch, resumed=True)
    return rollout, site.releases[state.candidate.release][0]


def _run(rollout: Rollout, candidate: Release) -> DeploymentRecord:
    site = rollout.site
    if rollout.state.phase.final:
        record = measure(rollout, candidate)
        over = rollout.state.phase in (Phase.SUCCEEDED, Phase.ROLLED_BACK)
        if over and site.stable is not None:  # nobody watched it since
            mend_stable(site)
        return record
    rollout.mend_router()
    if rollout.state.phase is Phase.ROLLING_OUT:
        for step in plan_repair(rollout.state, observe(site)):
            rollout.perform_repair(step)
    return measure(rollout, candidate)


def _suspect(site: Site, state: RolloutState) -> None:
    """Take note of what may get traffic beside what is written down.

    On the way forward that is what the step under way names; on the way back everything, for what
    failed may have been a shift that is in force.
    """
    if state.phase in (Phase.ROLLING_OUT, Phase.PAUSED):
        for step in state.plan.steps[state.index : state.index + 1]:
            if isinstance(step, Shift):
                site.suspect(step)
    elif state.phase not in (Phase.SUCCEEDED, Phase.ROLLED_BACK):
        stable = state.stable.instances if state.stable else ()
        site.suspect(shift_by_count(stable, state.candidate.instances))


def _tell(rollout: Rollout, event: Event) -> None:
    at = rollout.site.tools.clock.utc()
    rollout.site.tools.journal.append(rollout.deployment, {**happened(event), "at": at})
    rollout.state = advance(rollout.state, event)


def _admit(site: Site, number: int) -> None:
    """Make a release known; without its bytes it can still be stopped."""
    release = site.tools.ledger.release(site.environment.name, number)
    if release is None:
        raise StateError(f"the ledger knows no release r{number} of {site.environment.name}")
    try:
        installed = install(site.tools, release.artifact)
    except PipelineError as error:
        site.tools.progress.line(f"{site.environment.name}: {error}")
        installed = Installed(release.artifact, site.tools.artifacts.folder(release.artifact))
    site.admit(release, installed)
