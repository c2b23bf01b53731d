"""A self-test walks the stages, and believes no gate that it did not see judge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.injections import Injection, StageFacts
from pytest_pipeline.domain.selftests import Blocked, SessionEnd
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.selftesting import SelfTesting, chosen_injections
from pytest_pipeline.errors import ConfigError
from pytest_pipeline.testing.silent_progress import SilentProgress

UNIT, COMPONENT, E2E = (Stage(name, (name,)) for name in ("unit", "component", "e2e"))
GREEN = SessionEnd(0, Verdict.PASS, "", promotes=True, injected=False, duration_s=1.0)
BLOCKED = SessionEnd(
    1, Verdict.FAIL, "tests.failed: 1", promotes=False, injected=True, duration_s=1.0
)


@dataclass
class Sessions:
    """Sessions of a service whose stages are as a test says.

    Attributes:
        red: Stages that are not green by themselves.
        done: What was run, in order.
    """

    red: tuple[str, ...] = ()
    done: list[str] = field(default_factory=list)

    def baseline(self, stage: Stage) -> tuple[SessionEnd, StageFacts]:
        self.done.append(stage.name)
        return (BLOCKED if stage.name in self.red else GREEN), StageFacts({})

    def inject(self, stage: Stage, injections: Sequence[Injection]) -> Iterator[SessionEnd]:
        for each in injections:
            self.done.append(f"{stage.name} {each}")
            yield BLOCKED

    def finish(self, stage: Stage) -> None:
        self.done.append(f"finish {stage.name}")


def test_stages_before_a_chosen_one_are_run_for_their_evidence_alone() -> None:
    sessions = Sessions()
    testing = SelfTesting(sessions, SilentProgress(), only=("failing-test",))

    found = testing.run((UNIT, COMPONENT, E2E), ("component",))

    assert sessions.done == ["unit", "component", "component failing-test", "finish component"]
    assert found.exit_code is ExitCode.OK


def test_nothing_is_shown_of_a_stage_that_is_not_green_itself_and_of_those_after_it() -> None:
    sessions, progress = Sessions(red=("component",)), SilentProgress()
    testing = SelfTesting(sessions, progress, only=("failing-test",))

    found = testing.run((UNIT, COMPONENT, E2E), ("unit", "component", "e2e"))

    assert sessions.done == ["unit", "unit failing-test", "finish unit", "component"]
    assert [stage for stage, _ in found.not_green] == ["component"]
    assert not any("not green" in each for each in progress.said)  # the table says it
    assert found.exit_code is ExitCode.INCONCLUSIVE


def test_what_cannot_be_injected_is_told_and_not_run() -> None:
    sessions = Sessions()
    testing = SelfTesting(sessions, SilentProgress(), only=("zero-requests",))

    found = testing.run((UNIT,), ("unit",))

    assert sessions.done == ["unit", "finish unit"]
    assert [each.blocked for each in found.rows] == [Blocked.NOT_APPLICABLE]


def test_an_unknown_injection_is_refused() -> None:
    with pytest.raises(ConfigError, match="no injection 'flood'; known: failing-test, "):
        chosen_injections(["flood"])
