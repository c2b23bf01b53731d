"""What stages are compared with: evidence that is looked up, with a real store and ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.baselines import BaselineKind
from pytest_pipeline.domain.criteria import parse_criterion
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.gates import BASIC_OBJECTIVES, Gate, Objective
from pytest_pipeline.domain.load import LoadSample, summarise_load
from pytest_pipeline.domain.ratchets import ratcheted
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.trust import Signer
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.baselines import TO_COMPARE, find_baselines
from pytest_pipeline.engine.evidence_store import EvidenceStore
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.errors import BaselineError
from pytest_pipeline.testing.silent_progress import SilentProgress
from tests.statements import MemorySigner, envelope_of

COMMIT = "c" * 40
RATCHET = Stage("unit", ("unit",), gate=Gate((*BASIC_OBJECTIVES, *ratcheted(["tests.skipped"]))))
NOT_SLOWER = Objective(
    "tests.duration_s", (parse_criterion("<= +10%"),), baseline=BaselineKind.STABLE
)
AGAINST_STABLE = Stage("e2e", ("e2e",), "staging", Gate((*BASIC_OBJECTIVES, NOT_SLOWER)))


@dataclass
class PaperHistory:
    """Says where the branch began, or why nobody knows."""

    said: str | BaselineError = COMMIT
    asked: int = 0

    def merge_base(self, root: Path, base: str | None) -> str:
        assert root.is_dir()
        assert base == "develop"
        self.asked += 1
        if isinstance(self.said, BaselineError):
            raise self.said
        return self.said

    def changed_lines(self, root: Path, commit: str) -> Mapping[str, frozenset[int]]:
        raise NotImplementedError


@pytest.fixture
def history() -> PaperHistory:
    return PaperHistory()


@pytest.fixture
def execution(tmp_path: Path, history: PaperHistory) -> Iterator[Execution]:
    with wiring.toolbox(tmp_path, SilentProgress()) as tools:
        tools.__dict__["history"] = history
        made = wiring.begin_execution(tools, kind="stage")
        made.base = "develop"
        yield made


def measured(
    store: EvidenceStore,
    stage: str = "unit",
    signer: MemorySigner | None = None,
    **more: object,
) -> None:
    """Put evidence into a store: of the merge base, clean, with one skipped test."""
    commit = str(more.get("commit", COMMIT))
    revision = Revision(commit, dirty=False, files={"a": commit, "b": str(more)})
    evidence = Evidence(
        stage=stage,
        verdict=Verdict.PASS,
        revision_tree=revision.tree,
        commit=commit,
        artifact=None,
        policy="sha256:policy",
        results=(),
        measurements={"tests.skipped": 1, "tests.duration_s": 10},
        resources={},
        interpreter="3.12",
        distributions={},
        execution="earlier",
        created="2026-01-01T00:00:00Z",
        dirty=False,
    )
    store.add(envelope_of(replace(evidence, **more), signer), revision)  # type: ignore[arg-type]


def judged(
    execution: Execution, stage: Stage, *, skipped: int = 0, duration_s: float = 10
) -> tuple[Verdict, str]:
    """Return verdict and reason of the last objective of a stage."""
    outcomes = {"test_a": TestOutcome.PASSED}
    outcomes |= {f"test_{number}": TestOutcome.SKIPPED for number in range(skipped)}
    run = StageRun(Tally(outcomes, len(outcomes), duration_s=duration_s), {})
    result = judge_stage(stage, run, baselines=find_baselines(execution, stage))
    return result.objectives[-1].verdict, result.objectives[-1].reason


def test_a_gate_without_relative_criteria_asks_nobody(
    execution: Execution, history: PaperHistory
) -> None:
    assert find_baselines(execution, Stage("unit", ("unit",))) == {}
    assert history.asked == 0


def test_a_merge_base_that_was_not_measured_names_the_command(execution: Execution) -> None:
    verdict, reason = judged(execution, RATCHET)

    assert verdict is Verdict.INCONCLUSIVE
    assert "unit was not measured at the merge base cccccccccccc" in reason
    assert reason.endswith("run pytest-pipeline gates baseline unit")


@pytest.mark.parametrize(("skipped", "wanted"), [(1, Verdict.PASS), (2, Verdict.FAIL)])
@pytest.mark.parametrize("where", ["evidence", "baselines"])
def test_evidence_of_the_merge_base_is_compared_with(
    execution: Execution, where: str, skipped: int, wanted: Verdict
) -> None:
    measured(getattr(execution.tools, where))

    verdict, reason = judged(execution, RATCHET, skipped=skipped)

    assert verdict is wanted
    assert reason.startswith(str(skipped))
    assert "<= base, which is 1 of merge base cccccccccccc" in reason


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param({"commit": "d" * 40}, "was not measured", id="other-commit"),
        pytest.param({"dirty": True}, "was not measured", id="changed-files"),
        pytest.param({"verdict": Verdict.ERROR}, "the run that measured it is ERROR", id="crashed"),
        pytest.param({"left_out": ("--maxfail",)}, "a part of it was measured", id="left-out"),
        pytest.param({"stage": "component"}, "was not measured", id="other-stage"),
    ],
)
def test_what_is_not_of_the_merge_base_as_it_was_committed_does_not_count(
    execution: Execution, more: dict[str, object], said: str
) -> None:
    measured(execution.tools.evidence, **more)  # type: ignore[arg-type]

    verdict, reason = judged(execution, RATCHET)

    assert verdict is Verdict.INCONCLUSIVE
    assert said in reason


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.WARN])
def test_a_red_merge_base_was_measured_all_the_same(execution: Execution, verdict: Verdict) -> None:
    measured(execution.tools.baselines, verdict=verdict)

    assert judged(execution, RATCHET, skipped=2)[0] is Verdict.FAIL


@pytest.mark.parametrize(
    ("locustfile", "wanted", "said"),
    [
        ("sha256:aa", Verdict.PASS, "which is 100 of merge base"),
        ("sha256:bb", Verdict.INCONCLUSIVE, "locustfile changed: run pytest-pipeline gates"),
    ],
)
def test_load_of_the_merge_base_counts_under_the_same_conditions_alone(
    execution: Execution, locustfile: str, wanted: Verdict, said: str
) -> None:
    figures = {"load.p95_ms": 100.0}
    conditions = {"test_a": {"machine": "processors 2", "locustfile": "sha256:aa"}}
    measured(execution.tools.baselines, "performance", measurements=figures, conditions=conditions)
    load = replace(
        summarise_load([LoadSample(0.0, 5.0)], duration_s=1),
        conditions={**conditions["test_a"], "locustfile": locustfile},
    )
    objective = Objective(
        "load.p95_ms", (parse_criterion("<= base + 5"),), baseline=BaselineKind.MERGE_BASE
    )
    stage = Stage("performance", ("performance",), gate=Gate((objective,)))
    run = StageRun(Tally({"test_a": TestOutcome.PASSED}, 1), figures, loads=(("test_a", load),))

    result = judge_stage(stage, run, baselines=find_baselines(execution, stage)).objectives[0]

    assert result.verdict is wanted
    assert said in result.reason


def test_the_newest_measurement_that_can_be_trusted_counts(execution: Execution) -> None:
    store = execution.tools.baselines
    measured(store, created="2026-01-01T00:00:00Z", measurements={"tests.skipped": 9})
    measured(store, created="2026-01-02T00:00:00Z", measurements={"tests.skipped": 3})
    measured(store, created="2026-01-03T00:00:00Z", verdict=Verdict.ERROR)

    assert "which is 3 of" in judged(execution, RATCHET)[1]


def test_why_the_merge_base_cannot_be_told_is_said(
    execution: Execution, history: PaperHistory
) -> None:
    history.said = BaselineError("a shallow clone: run git fetch --unshallow")

    verdict, reason = judged(execution, RATCHET)

    assert verdict is Verdict.INCONCLUSIVE
    assert reason == "no-baseline: 0, a shallow clone: run git fetch --unshallow"


def test_evidence_that_cannot_be_read_is_said(execution: Execution) -> None:
    folder = execution.tools.workspace.state / "evidence" / "unit"
    folder.mkdir(parents=True)
    (folder / "x.json").write_text("broken")

    verdict, reason = judged(execution, RATCHET)

    assert verdict is Verdict.INCONCLUSIVE
    assert "cannot read the evidence" in reason


def test_on_a_first_release_there_is_no_stable_and_that_warns(execution: Execution) -> None:
    execution.unpromoted.add("staging")

    verdict, reason = judged(execution, AGAINST_STABLE)

    assert verdict is Verdict.WARN
    assert "nothing was promoted to staging yet" in reason


def test_a_first_release_excuses_no_ratchet(execution: Execution) -> None:
    execution.unpromoted.add("staging")
    stage = replace(RATCHET, environment="staging")

    assert judged(execution, stage)[0] is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(("duration_s", "wanted"), [(11, Verdict.PASS), (12, Verdict.FAIL)])
def test_stable_is_the_release_that_was_promoted_before(
    execution: Execution, duration_s: float, wanted: Verdict
) -> None:
    execution.promoted_before["staging"] = Release(6, "sha256:six", "sha256:configuration")
    measured(execution.tools.evidence, "e2e", artifact="sha256:six")
    measured(
        execution.tools.evidence,
        "e2e",
        artifact="sha256:five",
        created="2026-02-02T00:00:00Z",
        measurements={"tests.duration_s": 1},
    )

    verdict, reason = judged(execution, AGAINST_STABLE, duration_s=duration_s)

    assert verdict is wanted
    assert "<= +10% of 10 of r6 (stable)" in reason


def test_a_stable_without_evidence_is_inconclusive(execution: Execution) -> None:
    execution.promoted_before["staging"] = Release(6, "sha256:six", "sha256:configuration")
    measured(execution.tools.evidence, "e2e", artifact="sha256:six", execution=execution.id)

    verdict, reason = judged(execution, AGAINST_STABLE)

    assert verdict is Verdict.INCONCLUSIVE
    assert "no evidence of stage e2e for r6 (stable), artifact six" in reason


def test_a_stage_whose_environment_nobody_opened_is_inconclusive(execution: Execution) -> None:
    assert judged(execution, AGAINST_STABLE)[0] is Verdict.INCONCLUSIVE


def test_a_run_that_is_to_be_compared_with_is_compared_with_nothing(
    execution: Execution, history: PaperHistory
) -> None:
    execution.kind = TO_COMPARE
    measured(execution.tools.baselines)

    assert judged(execution, RATCHET)[0] is Verdict.INCONCLUSIVE
    assert history.asked == 0


@pytest.mark.parametrize("where", ["evidence", "baselines"])
@pytest.mark.parametrize(
    ("signs", "stages", "wanted"),
    [
        pytest.param(True, ("*",), Verdict.PASS, id="signed"),
        pytest.param(False, ("*",), Verdict.INCONCLUSIVE, id="unsigned"),
        pytest.param(True, ("e2e",), Verdict.INCONCLUSIVE, id="signed-for-other-stages"),
    ],
)
def test_who_trusts_signers_compares_with_what_they_signed(  # noqa: PLR0913 - what is varied
    tmp_path: Path,
    history: PaperHistory,
    where: str,
    *,
    signs: bool,
    stages: tuple[str, ...],
    wanted: Verdict,
) -> None:
    signer = MemorySigner()
    known = (Signer("ci", signer.key, stages),)
    with wiring.toolbox(tmp_path, SilentProgress(), signers=known) as tools:
        tools.__dict__["history"] = history
        made = wiring.begin_execution(tools, kind="stage")
        made.base = "develop"
        measured(getattr(tools, where), signer=signer if signs else None)

        verdict, reason = judged(made, RATCHET, skipped=1)

    assert verdict is wanted
    assert ("nobody whom the configuration trusts" in reason) is (wanted is not Verdict.PASS)
