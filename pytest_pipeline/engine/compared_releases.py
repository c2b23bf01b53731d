"""Which release load is compared with, side by side, and what speaks against it."""

from __future__ import annotations

from contextlib import suppress

from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.known_releases import KnownReleases
from pytest_pipeline.errors import EvidenceError

#: Promotions that are looked at; count.
_LOOKED_AT = 1000


def choose_compared(
    execution: Execution, stage: Stage, environment: str, candidate: Release
) -> Release | Beside:
    """Return the release that load is compared with, or why there is none.

    That is the one that was promoted to the environment last before this execution. It is neither
    the release under test itself, which an earlier execution may have promoted, nor, as long as
    there is another, one that this very stage refused after its promotion: the next one that is as
    bad would pass.

    Args:
        execution: The execution; it noted what was promoted before it.
        stage: The stage that compares.
        environment: Name of its environment.
        candidate: The release under test.
    """
    if environment in execution.unpromoted:
        said = f"nothing was promoted to {environment} yet, nothing to compare with"
        return Beside(missing=said, first_release=True)
    if environment not in execution.promoted_before:
        return Beside(missing=f"it is not known what {environment} served")
    others = [each for each in _promoted(execution, environment) if not _same(each, candidate)]
    if not others:
        said = f"nothing but this very release was promoted to {environment}, nothing to compare"
        return Beside(missing=f"{said} with", first_release=True)
    release = next((each for each in others if not _refused(execution, stage, each)), others[0])
    against = _speaks_against(execution, environment, release, candidate)
    return not_beside(release, against) if against else release


def not_beside(release: Release, why: str) -> Beside:
    """Return what tests and gate are told of a release that cannot serve beside.

    Args:
        release: The release.
        why: Why not, and what to do, in words.
    """
    said = f"{release.name} (stable) was not launched beside: {why}"
    return Beside(release.name, release.artifact, missing=said)


def _promoted(execution: Execution, environment: str) -> tuple[Release, ...]:
    """Return what was promoted before this execution, newest first; at least one."""
    last = execution.promoted_before[environment]
    every = KnownReleases(execution.tools, environment).promotions(limit=_LOOKED_AT)
    numbers = [each.number for each in every]
    return every[numbers.index(last.number) :] if last.number in numbers else (last,)


def _same(one: Release, other: Release) -> bool:
    return (one.artifact, one.configuration_digest) == (other.artifact, other.configuration_digest)


def _refused(execution: Execution, stage: Stage, release: Release) -> bool:
    """Return whether the newest evidence of a stage refuses a release."""
    with suppress(EvidenceError):
        found = [
            each.evidence
            for each in execution.tools.evidence.every(stage.name)
            if each.evidence.artifact == release.artifact
        ]
        if found:
            return not max(found, key=lambda each: each.created).verdict.promotes
    return False


def _speaks_against(
    execution: Execution, environment: str, release: Release, candidate: Release
) -> str:
    """Return why a release cannot run beside the candidate, in words; empty when it can."""
    known = KnownReleases(execution.tools, environment)
    between = map(known.release, range(release.number + 1, candidate.number))
    for later in (*filter(None, between), candidate):
        if run_of(later.configuration).irreversible:
            return (
                f"the migration of {later.name} cannot be undone (run.irreversible), and "
                f"{release.name} is older; judge this release by absolute objectives"
            )
    folder = execution.tools.artifacts.folder(release.artifact)
    if not folder.exists():
        return f"its artifact was deleted, there is no {folder}; hand it over from where it is kept"
    return ""
