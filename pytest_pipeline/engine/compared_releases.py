"""Which release load is compared with, side by side, and what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from pytest_pipeline.domain.handoffs import Beside
from pytest_pipeline.domain.releases import Release, run_of
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.known_releases import KnownReleases
from pytest_pipeline.errors import EvidenceError

#: Promotions that are looked at; count.
_LOOKED_AT = 1000
#: What says nothing of a release: an interrupted run, or one that could not find out.
_UNDECIDED = (Verdict.INCONCLUSIVE, Verdict.ERROR)


@dataclass(frozen=True)
class Chosen:
    """The release that load is compared with.

    Attributes:
        release: The release.
        passed_over: Which later promotions were passed over for it, and why, in words; empty where
            it was the last one.
    """

    release: Release
    passed_over: str = ""


def choose_compared(
    execution: Execution, stage: Stage, environment: str, candidate: Release
) -> Chosen | Beside:
    """Return the release that load is compared with, or why there is none.

    That is the one that was promoted to the environment last before this execution. It is neither
    the release under test itself, which an earlier execution may have promoted, nor, as long as
    there is another, one that this very stage failed after its promotion: the next one that is as
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
    chosen = _last_unrefused(execution, stage, others)
    against = _speaks_against(execution, environment, chosen.release, candidate)
    return not_beside(chosen, against) if against else chosen


def not_beside(chosen: Chosen, why: str) -> Beside:
    """Return what tests and gate are told of a release that cannot serve beside.

    Args:
        chosen: The release.
        why: Why not, and what to do, in words.
    """
    release = chosen.release
    said = f"{release.name} (stable) was not launched beside: {why}"
    if chosen.passed_over:
        said = f"{said}; {chosen.passed_over}"
    return Beside(release.name, release.artifact, missing=said)


def _promoted(execution: Execution, environment: str) -> tuple[Release, ...]:
    """Return what was promoted before this execution, newest first; at least one."""
    last = execution.promoted_before[environment]
    every = KnownReleases(execution.tools, environment).promotions(limit=_LOOKED_AT)
    numbers = [each.number for each in every]
    return every[numbers.index(last.number) :] if last.number in numbers else (last,)


def _same(one: Release, other: Release) -> bool:
    return (one.artifact, one.configuration_digest) == (other.artifact, other.configuration_digest)


def _last_unrefused(execution: Execution, stage: Stage, others: Sequence[Release]) -> Chosen:
    """Return the first that was not refused; the first of all where every one was."""
    refused: list[str] = []
    for each in others:
        if not _refused(execution, stage, each):
            break
        refused.append(each.name)
    else:
        return Chosen(others[0])
    if not refused:
        return Chosen(each)
    were = "was" if len(refused) == 1 else "were"
    said = f"{', '.join(refused)} {were} promoted after {each.name} and passed over: stage"
    return Chosen(each, f"{said} {stage.name} said FAIL of {'it' if were == 'was' else 'them'}")


def _refused(execution: Execution, stage: Stage, release: Release) -> bool:
    """Return whether the newest evidence of a stage that says anything fails a release."""
    with suppress(EvidenceError):
        found = [
            each.evidence
            for each in execution.tools.evidence.every(stage.name)
            if each.evidence.artifact == release.artifact
            and each.evidence.verdict not in _UNDECIDED
        ]
        if found:
            return max(found, key=lambda each: each.created).verdict is Verdict.FAIL
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
