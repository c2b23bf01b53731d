"""Evidence of a stage beside what its report comes to when it is judged again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.gates import ObjectiveResult
from pytest_pipeline.domain.names_in_evidence import named_tests
from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_results import StageResult
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun

_DIGEST_SHOWN = 19


def no_whole_stage(run: StageRun) -> str:
    """Return why a run says nothing of its whole stage, or says what no run can; empty if not."""
    if run.narrowed:
        return f"its run was narrowed ({run.narrowed[0]})"
    if run.interrupted:
        return "its run was interrupted"
    if run.spoilt is not None:
        return "its figures were spoilt, to test a gate"
    marked = [each.nodeid for each in run.tally.records if each.quarantined]
    if marked:
        return f"it calls tests quarantined before a gate did: {some_of(marked)}"
    told = [(each.nodeid, each.outcome) for each in run.tally.records if each.outcome is not None]
    if dict(told) != run.tally.outcomes or len(told) != len(run.tally.outcomes):
        return "its tests did not come to the outcomes that it tells"
    return ""


def rejudged(claimed: Evidence, stage: Stage, result: StageResult, revision: Revision) -> Evidence:
    """Return what evidence has to say, by a verdict that was found again.

    What a report does not tell stays as it is claimed: where and by what the tests were run.

    Args:
        claimed: The evidence.
        stage: The stage as it is configured here.
        result: What the report comes to here.
        revision: What is checked out here.
    """
    named = named_tests(result.run)
    return replace(
        claimed,
        verdict=result.verdict,
        commit=revision.commit,
        dirty=revision.dirty,
        policy=policy_digest(stage.gate),
        gate=gate_document(stage.gate),
        results=result.objectives,
        measurements=result.measurements,
        left_out=result.run.left_out,
        registered={each.name: (each.unit, each.meaning) for each in result.run.registered},
        passed=named.passed,
        warned=named.warned,
        failed=named.failed,
    )


def differences(claimed: Evidence, again: Evidence) -> tuple[str, ...]:
    """Return where evidence does not say what its report comes to, in words; empty for nowhere."""
    return tuple(_differences(claimed, again))


def _differences(claimed: Evidence, again: Evidence) -> Iterator[str]:
    if (claimed.commit, claimed.dirty) != (again.commit, again.dirty):
        yield f"this is {_commit(again)}, the evidence is of {_commit(claimed)}"
    if claimed.policy != again.policy:
        shown = claimed.policy[:_DIGEST_SHOWN]
        yield f"the gate here is {again.policy[:_DIGEST_SHOWN]}, the evidence was judged by {shown}"
    elif claimed.gate != again.gate:
        yield "the gate that the evidence shows is not the one of its policy"
    if claimed.verdict is not again.verdict:
        yield f"the report comes to {again.verdict}, the evidence says {claimed.verdict}"
    yield from _measurements(claimed, again)
    yield from _results(claimed.results, again.results)
    yield from _names(claimed, again)


def _measurements(claimed: Evidence, again: Evidence) -> Iterator[str]:
    for measure in sorted(claimed.measurements.keys() | again.measurements.keys()):
        here, there = again.measurements.get(measure), claimed.measurements.get(measure)
        if not _same(here, there):
            yield f"the report says {measure} {_figure(here)}, the evidence {_figure(there)}"


def _results(claimed: Sequence[ObjectiveResult], again: Sequence[ObjectiveResult]) -> Iterator[str]:
    if [each.measure for each in claimed] != [each.measure for each in again]:
        yield "the objectives that the evidence shows are not those of the gate"
        return
    for there, here in zip(claimed, again, strict=True):
        if here.verdict is not there.verdict:
            yield f"{here.measure} is {here.verdict} here, {there.verdict} in the evidence"
        if not _same(here.value, there.value):
            yield (
                f"{here.measure} was judged by {_figure(here.value)} here, by "
                f"{_figure(there.value)} in the evidence"
            )
        if not _same(here.baseline, there.baseline):
            yield (
                f"{here.measure} is compared with {_figure(here.baseline)} here, with "
                f"{_figure(there.baseline)} in the evidence"
            )


def _names(claimed: Evidence, again: Evidence) -> Iterator[str]:
    for name in ("passed", "warned", "failed"):
        here, there = set(getattr(again, name)), set(getattr(claimed, name))
        if here != there:
            about = some_of(sorted(here ^ there))
            yield f"the report and the evidence differ in what {name}: {about}"
    if claimed.left_out != again.left_out:
        yield "the report and the evidence differ in what was left out"
    if claimed.registered != again.registered:
        yield "the report and the evidence differ in what measures mean"


def _same(one: float | None, other: float | None) -> bool:
    return one == other or repr(one) == repr(other)  # no figure that is none equals itself


def _figure(value: float | None) -> str:
    return "nothing" if value is None else f"{value:.6g}"


def _commit(evidence: Evidence) -> str:
    commit = f"commit {evidence.commit[:12]}" if evidence.commit else "no commit"
    return f"{commit}{' with changes' if evidence.dirty else ''}"
