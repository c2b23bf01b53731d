"""What `abort` refuses before it changes anything, and what it says when it comes too late."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.cli import abort
from pytest_pipeline.cli.main import main
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.fleets import Fleet
from pytest_pipeline.domain.journal_entries import begun, happened
from pytest_pipeline.domain.plans import Bake, Migrate, Plan
from pytest_pipeline.domain.rollouts import Event, Phase, StepBegun, StepFailed, begin
from tests.component.cli.roots import CONFIGURED

PLAN = Plan("rolling", (Migrate(2), Bake(1.0)))
STATE = begin(PLAN, Fleet(1, ("r1-0",)), Fleet(2, ("r2-0",)), irreversible=True)
DONE = DeploymentRecord(
    "e1-staging", "staging", "rolling", DeploymentStatus.SUCCEEDED, "r1", "r2", "sha256:0",
    1, 0, 0, None, None, None, None, 1.0, phase=str(Phase.SUCCEEDED),
)  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pipeline.toml").write_text(CONFIGURED, encoding="utf-8")
    (tmp_path / "build.sh").touch(mode=0o755)
    return tmp_path


@pytest.fixture
def tools(root: Path) -> Iterator[wiring.WiredToolbox]:
    with wiring.toolbox(root, wiring.standard_progress()) as made:
        yield made
        made.records.yield_up("staging")


def journal(tools: wiring.WiredToolbox, events: Sequence[Event]) -> None:
    tools.records.write("staging", {"deployment": "e1-staging"})
    for entry in (begun(STATE), *map(happened, events)):
        tools.journal.append("e1-staging", entry)


def run(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "abort", "staging", *arguments])


@pytest.mark.parametrize("led", [False, True])
@pytest.mark.parametrize("events", [[StepBegun()], [StepBegun(), StepFailed("no")]])
def test_without_force_what_cannot_be_undone_is_refused_by_the_rehearsal_as_well(
    root: Path,
    tools: wiring.WiredToolbox,
    capsys: pytest.CaptureFixture[str],
    events: list[Event],
    *,
    led: bool,
) -> None:
    journal(tools, events)
    if led:
        tools.records.acquire("staging", by="execution e1")

    assert run(root, "--dry-run") == ExitCode.ERROR
    assert "abort staging --force" in capsys.readouterr().err
    assert run(root, "--dry-run", "--force") == ExitCode.OK
    if led:
        assert run(root) == ExitCode.ERROR
        assert tools.ledger.asked("staging") == ()


@pytest.mark.parametrize("phase", [Phase.SUCCEEDED, Phase.ROLLED_BACK])
def test_the_end_is_told_however_late_it_came(
    root: Path,
    tools: wiring.WiredToolbox,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    phase: Phase,
) -> None:
    too_late = phase is Phase.SUCCEEDED
    journal(tools, [])
    tools.records.acquire("staging", by="execution e1")
    monkeypatch.setattr(abort, "take_back", lambda *_: replace(DONE, phase=str(phase)))

    assert run(root) == (ExitCode.ERROR if too_late else ExitCode.OK)
    said = "".join(capsys.readouterr())
    assert ("too late: the deployment succeeded; pytest-pipeline rollback" in said) is too_late
