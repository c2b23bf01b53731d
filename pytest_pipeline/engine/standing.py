"""How environments stand: what is promoted, what serves, what is under way, who looks after it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.journal_entries import held_for
from pytest_pipeline.domain.vouching import UNSIGNED, Voucher, voucher_by
from pytest_pipeline.engine.kept_sites import find_site
from pytest_pipeline.engine.known_releases import KnownReleases
from pytest_pipeline.engine.outcomes import ways_on_from
from pytest_pipeline.engine.supervising import Supervisors, SupervisorState
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.engine.under_way import UnderWay, under_way
from pytest_pipeline.errors import EvidenceError


@dataclass(frozen=True)
class DeploymentStanding:
    """A deployment under way.

    Attributes:
        id: Its identifier.
        stable: Name of the release that served before; None for a first deployment.
        candidate: Name of the release that is deployed.
        strategy: How; on the way back still the strategy that was asked for.
        phase: Where its rollout stands (`rollouts.Phase`).
        step: Number of its next step, from 1.
        steps: Steps of the plan that it follows; count.
        text: The same in words, with the step.
        holder: Who is at it, for people; None when its controller died or gave up.
        failure: Why it goes back, or is stuck; empty while all is well.
        ways_on: Commands that lead on where nobody is at it, for people; else empty.
        held: Which alarms have no data, while it waits for nothing else, for people; else empty.
    """

    id: str
    stable: str | None
    candidate: str
    strategy: str
    phase: str
    step: int
    steps: int
    text: str
    holder: str | None
    failure: str = ""
    ways_on: str = ""
    held: str = ""


@dataclass(frozen=True)
class Serving:
    """A kept environment.

    Attributes:
        url: Where it serves.
        router_answers: Whether its router does.
        running: Instances that run; count.
        shares: Release to its percentage of new requests.
        broken: What died, for people.
        supervisor: What its supervisor says of itself; None when none runs.
    """

    url: str
    router_answers: bool
    running: int
    shares: dict[str, int]
    broken: tuple[str, ...]
    supervisor: SupervisorState | None


@dataclass(frozen=True)
class Standing:
    """How one environment stands.

    Attributes:
        environment: Its name.
        replicas: Instances wanted; count.
        promoted: Name of the release that was promoted last; None before the first.
        artifact: Digest of its artifact; None as above.
        serving: How it serves; None when it is not kept.
        deployment: What is under way; None for nothing.
    """

    environment: str
    replicas: int
    promoted: str | None
    artifact: str | None
    serving: Serving | None
    deployment: DeploymentStanding | None


def standing(tools: Toolbox, supervisors: Supervisors, environment: Environment) -> Standing:
    """Look how an environment stands; touches nothing.

    Raises:
        StateError: If its record or the ledger cannot be read.
    """
    release = KnownReleases(tools, environment.name).promoted()
    return Standing(
        environment=environment.name,
        replicas=environment.replicas,
        promoted=release.name if release else None,
        artifact=release.artifact if release else None,
        serving=_serving(tools, supervisors, environment),
        deployment=_deployment(tools, environment.name),
    )


def vouched(tools: Toolbox, environment: str) -> Voucher | None:
    """Return who vouches for the last promotion; None before the first one.

    For one that cannot be read, nobody does.
    """
    try:
        promotions = tools.promotions.promotions(environment)
    except EvidenceError:
        return UNSIGNED
    return voucher_by(tools.trust, promotions[-1].keyids) if promotions else None


def _serving(tools: Toolbox, supervisors: Supervisors, environment: Environment) -> Serving | None:
    site = find_site(tools, environment)
    if site is None:
        return None
    return Serving(
        url=site.router.url,
        router_answers=site.router.is_running(),
        running=len(site.running()),
        shares={each.name: each.weight_percent for each in site.table.pools if each.weight_percent},
        broken=site.broken_resources(),
        supervisor=supervisors.state(environment.name),
    )


def _deployment(tools: Toolbox, environment: str) -> DeploymentStanding | None:
    found = under_way(tools, environment)
    if found is None:
        return None
    state, steps = found.state, len(found.state.plan.steps)
    strategy = _strategy(tools, found)
    named = replace(found, state=replace(state, plan=replace(state.plan, strategy=strategy)))
    return DeploymentStanding(
        id=found.deployment,
        stable=f"r{state.stable.release}" if state.stable else None,
        candidate=f"r{state.candidate.release}",
        strategy=strategy,
        phase=str(state.phase),
        step=min(state.index + 1, steps),
        steps=steps,
        text=str(named),
        holder=str(found.holder) if found.holder else None,
        failure="; ".join(filter(None, (state.failure, state.rollback_failure))),
        ways_on=_ways_on(found),
        held=held_for(tools.journal.read(found.deployment)),
    )


def _strategy(tools: Toolbox, found: UnderWay) -> str:
    """Return the name of the strategy that was asked for; the way back has a plan of its own."""
    begun = tools.journal.read(found.deployment)[0]
    return str(begun.get("strategy", found.state.plan.strategy))


def _ways_on(found: UnderWay) -> str:
    state, name = found.state, found.environment
    if found.holder is not None:
        return ""
    return ways_on_from(state.phase, name, f"r{state.candidate.release}") or (
        f"pytest-pipeline resume {name} goes on, pytest-pipeline abort {name} goes back"
    )
