"""Which release a rollback deploys, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.building import short
from pytest_pipeline.engine.known_releases import KnownReleases
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ArtifactError, ConfigError, EvidenceError, StateError

#: Promotions that are looked at; count.
_LOOKED_AT = 1000


@dataclass(frozen=True)
class RollbackTarget:
    """What a rollback is about to do.

    Attributes:
        environment: Where.
        stable: What serves now; None when nothing is known to.
        release: What is to serve.
        promoted: Execution that promoted it last; empty when none is known.
    """

    environment: str
    stable: Release | None
    release: Release
    promoted: str

    def __str__(self) -> str:
        """Return it in words."""
        stable = self.stable.name if self.stable else "none"
        when = f"promoted by execution {self.promoted}" if self.promoted else "never promoted"
        return (
            f"rollback of {self.environment}: {stable} > {self.release.name} "
            f"({short(self.release.artifact)}, {when})"
        )


def choose_target(tools: Toolbox, environment: str, to: str | None) -> RollbackTarget:
    """Return the release that a rollback deploys.

    By default the newest promotion of a release that is older than the one that serves: after a
    rollback that is the one before, not the one that was just left.

    Args:
        tools: The engine's ports.
        environment: Where.
        to: Name of a release, ``r7`` or ``7``; None for the default.

    Raises:
        ConfigError: If there is no such release, or it serves already; names what there is.
        ArtifactError: If its artifact is gone; names what there is.
    """
    stable = serving_release(tools, environment)
    if to is None:
        release = _previous(tools, environment, stable)
    else:
        release = named_release(tools, environment, to)
    if release == stable:
        raise ConfigError(
            f"{release.name} serves in {environment} already; {_available(tools, environment)}"
        )
    folder = tools.artifacts.folder(release.artifact)
    if not folder.exists():
        raise ArtifactError(
            f"{release.name} cannot be deployed to {environment} again: its artifact was deleted, "
            f"there is no {folder}; hand over the folder from where it is kept, or choose another "
            f"by --to; {_available(tools, environment)}"
        )
    return RollbackTarget(
        environment, stable, release, _promoted_by(tools, environment, release.name)
    )


def serving_release(tools: Toolbox, environment: str) -> Release | None:
    """Return the release that is stable at an environment; None when there is none."""
    known, record = KnownReleases(tools, environment), tools.records.read(environment)
    if record is not None and isinstance(number := record.get("stable"), int):
        return known.release(number)
    return known.promoted()


def demand_promoted(tools: Toolbox, target: RollbackTarget, stages: Sequence[Stage]) -> None:
    """Demand the evidence that counts for a rollback.

    That is the promotion itself, for which every gate had to pass. Evidence of the stages is
    looked at where it is still kept: a stage that has since come to another verdict on this very
    revision and artifact speaks against it.

    Raises:
        EvidenceError: If the release was never promoted, or evidence speaks against it.
        ArtifactError: If its artifact was altered.
    """
    name, release = target.environment, target.release
    if release not in KnownReleases(tools, name).promotions(limit=_LOOKED_AT):
        raise EvidenceError(
            f"rollback of {name} refused for want of evidence: {release.name} was never promoted; "
            f"{_available(tools, name)}"
        )
    tree = tools.artifacts.verify(release.artifact).revision_tree
    for stage in stages:
        found = tools.evidence.find(stage.name, tree, release.artifact)
        if found is not None and not found.evidence.verdict.promotes:
            raise EvidenceError(
                f"rollback of {name} refused: stage {stage.name} came to {found.evidence.verdict} "
                f"on {release.name} in execution {found.evidence.execution}"
            )


def demand_reversible(tools: Toolbox, target: RollbackTarget) -> None:
    """Demand that the release can run on the data as later ones left them.

    Raises:
        StateError: If a later one declared its migration irreversible; names it.
    """
    number, name = target.release.number + 1, target.environment
    known = KnownReleases(tools, name)
    while (later := known.release(number)) is not None:
        if run_of(later.configuration).irreversible:
            raise StateError(
                f"rollback of {name} refused: the migration of {later.name} cannot be undone "
                f"(run.irreversible), and {target.release.name} is older; deploy a newer release, "
                "or go on by --force --reason TEXT if the data allow it"
            )
        number += 1


def _previous(tools: Toolbox, environment: str, stable: Release | None) -> Release:
    for release in KnownReleases(tools, environment).promotions(limit=_LOOKED_AT):
        if stable is None or release.number < stable.number:
            return release
    serves = f"{stable.name} serves and nothing older" if stable else "nothing"
    raise ConfigError(f"{environment} has no release to go back to: {serves} was promoted there")


def named_release(tools: Toolbox, environment: str, to: str) -> Release:
    """Return a release of an environment by its name, ``r7`` or ``7``.

    Raises:
        ConfigError: If there is none; names what there is.
    """
    digits = to.removeprefix("r")
    found = KnownReleases(tools, environment).release(int(digits)) if digits.isdecimal() else None
    if found is None:
        raise ConfigError(f"{environment} has no release {to!r}; {_available(tools, environment)}")
    return found


def _available(tools: Toolbox, environment: str) -> str:
    """Name the releases that a rollback could deploy."""
    stable = serving_release(tools, environment)
    names = dict.fromkeys(
        release.name
        for release in KnownReleases(tools, environment).promotions(limit=_LOOKED_AT)
        if release != stable and tools.artifacts.folder(release.artifact).exists()
    )
    return f"available: {', '.join(names) or 'none'}"


def _promoted_by(tools: Toolbox, environment: str, name: str) -> str:
    for record in tools.ledger.deployments(environment, limit=_LOOKED_AT):
        if record.candidate == name and record.status == "Succeeded":
            return record.id.partition(f"-{environment}")[0]
    try:  # by another machine
        promotions = tools.promotions.promotions(environment)
    except EvidenceError:
        return ""
    known = (each.promotion for each in reversed(promotions))
    return next((each.execution for each in known if each.release.name == name), "")
