"""A stage on its own demands evidence of the stages before it, for these very files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.e2e.drills.drill import Drill
from tests.e2e.drills.pipeline_run import PipelineRun
from tests.e2e.drills.repository import Repository


def _stage(drill: Drill, repository: Repository, name: str, *workers: str) -> PipelineRun:
    return drill.pytest(repository, f"--pipeline-stage={name}", *workers)


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_stage_passes_when_those_before_it_did_on_the_same_files(
    drill: Drill, tiny: Repository, workers: tuple[str, ...]
) -> None:
    drill = replace(drill, plugins=("xdist.plugin",))
    missing = _stage(drill, tiny, "integration", *workers)
    before = _stage(drill, tiny, "unit", *workers)
    passed = _stage(drill, tiny, "integration", *workers)
    tiny.append("server.py", "\n# changed\n")
    stale = _stage(drill, tiny, "integration", *workers)
    tiny.git("checkout", "--quiet", "server.py")
    reverted = _stage(drill, tiny, "integration", *workers)

    assert missing.exit_code == 22, missing
    assert missing.output.count("no evidence of stage unit: run pytest --pipeline-stage=unit") == 1
    assert missing.summary["stages"] == []
    assert "built" not in missing.output
    assert (before.exit_code, passed.exit_code, reverted.exit_code) == (0, 0, 0), passed
    assert passed.verdicts == {"integration": "PASS"}
    assert stale.exit_code == 22, stale
    assert "another revision (changed: server.py): run pytest --pipeline-stage=unit" in stale.output
    assert not drill.belongings.running()


def test_the_command_that_is_proposed_works_from_where_it_was_asked(
    drill: Drill, tiny: Repository
) -> None:
    outside = Repository(tiny.root.parent)
    refused = drill.pytest(outside, "--pipeline-stage=integration", tiny.root.name)
    proposed = f"pytest --pipeline-stage=unit {tiny.root.name}"
    followed = drill.pytest(outside, *proposed.split()[1:])
    accepted = drill.pytest(outside, "--pipeline-stage=integration", tiny.root.name)

    assert refused.exit_code == 22, refused
    assert f"no evidence of stage unit: run {proposed}\n" in refused.output
    assert (followed.exit_code, accepted.exit_code) == (0, 0), accepted


def test_a_changed_gate_makes_evidence_stale(drill: Drill, tiny: Repository) -> None:
    passed = _stage(drill, tiny, "unit")
    tiny.append(
        "pipeline.toml",
        """
            [[stages.unit.objectives]]
            measure = "tests.skipped"
            pass = "== 0"
        """,
    )
    refused = _stage(drill, tiny, "integration")

    assert passed.exit_code == 0, passed
    assert refused.exit_code == 22, refused
    assert "changed: pipeline.toml" in refused.output


def test_a_failed_stage_leaves_its_reason(drill: Drill, tiny: Repository) -> None:
    tiny.write("tests/unit/test_price.py", "def test_price(): assert 1 + 1 == 3\n")
    failed = _stage(drill, tiny, "unit")
    refused = _stage(drill, tiny, "integration")

    assert failed.exit_code == 1, failed
    assert refused.exit_code == 22, refused
    assert "stage unit ended FAIL (tests.failed: 1, wanted == 0): run" in refused.output


def test_altered_evidence_is_refused(drill: Drill, tiny: Repository) -> None:
    failed_first = tiny.root / "tests" / "unit" / "test_price.py"
    failed_first.write_text("def test_price(): assert 1 + 1 == 3\n")
    _stage(drill, tiny, "unit")
    (evidence,) = (tiny.state / "evidence").rglob("*.json")
    evidence.write_text(evidence.read_text().replace('"payload":"', '"payload":"A'))

    refused = _stage(drill, tiny, "integration")

    assert refused.exit_code == 22, refused
    assert str(evidence) in refused.output
