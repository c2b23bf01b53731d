"""Tries every injection on every stage, one at a time, and says which the gates blocked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pytest_pipeline.domain.injections import (
    INJECTIONS,
    Injection,
    PlannedInjection,
    StageFacts,
    plan_injections,
)
from pytest_pipeline.domain.selftests import (
    Blocked,
    SelfTest,
    SelfTestRow,
    SessionEnd,
    judge_injection,
)
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.progress import Progress
from pytest_pipeline.errors import ConfigError

_NOT_GREEN = "the stage is not green itself: nothing can be shown"


class StageSessions(Protocol):
    """Runs ``pytest --pipeline-stage=NAME`` on a copy of the service."""

    def baseline(self, stage: Stage) -> tuple[SessionEnd, StageFacts]:
        """Run a stage as it is; its evidence is there for the stages after it."""
        ...

    def inject(self, stage: Stage, injections: Sequence[Injection]) -> Iterator[SessionEnd]:
        """Run a stage, of which `baseline` was green, with each injection; yield in this order.

        Its evidence of earlier runs is not there; that of the stages before it is.
        """
        ...

    def finish(self, stage: Stage) -> None:
        """Bring back the evidence that `baseline` left: injections wrote over it."""
        ...


@dataclass
class SelfTesting:
    """A self-test under way.

    Attributes:
        sessions: Runs the stages.
        progress: Shows what goes on.
        only: Names of the injections that are tried; empty for all.
        rows: What the injections came to so far.
    """

    sessions: StageSessions
    progress: Progress
    only: Collection[str] = ()
    rows: list[SelfTestRow] = field(default_factory=list)

    def run(self, stages: Sequence[Stage], chosen: Collection[str]) -> SelfTest:
        """Try the injections.

        Args:
            stages: The pipeline's stages, in order: those before a chosen one are run as well, as
                it wants their evidence.
            chosen: Names of the stages whose gates are put to the test.
        """
        last = max(number for number, each in enumerate(stages) if each.name in chosen)
        not_green: list[tuple[str, str]] = []
        for stage in stages[: last + 1]:
            self.progress.section(f"stage {stage.name}")
            self.progress.busy("without an injection")
            end, facts = self.sessions.baseline(stage)
            if end.exit_code != 0 or end.verdict is None or not end.verdict.promotes:
                reason = f"{_NOT_GREEN} (exit {end.exit_code}, {end.verdict}: {end.reason})"
                not_green.append((stage.name, reason))
                break  # the stages after it want its evidence
            self.progress.line(f"without an injection: {end.verdict} in {end.duration_s:.1f} s")
            if stage.name in chosen:
                self._try(stage, facts)
        return SelfTest(tuple(self.rows), tuple(not_green))

    def _try(self, stage: Stage, facts: StageFacts) -> None:
        planned = self._planned(stage, facts)
        tried = [each.injection for each in planned if not each.not_applicable]
        ends = self.sessions.inject(stage, tried)
        for each in planned:
            if each.not_applicable:
                self.rows.append(_not_applicable(stage, each))
                continue
            self.progress.busy(str(each.injection))
            row = judge_injection(stage.name, each.injection, end := next(ends))
            self.rows.append(row)
            self.progress.line(_said(row, end))
        self.sessions.finish(stage)

    def _planned(self, stage: Stage, facts: StageFacts) -> list[PlannedInjection]:
        planned = plan_injections(stage, facts)
        return [each for each in planned if not self.only or each.injection.name in self.only]


def chosen_injections(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of injections, each once.

    Raises:
        ConfigError: If one is unknown.
    """
    for name in names:
        if name not in INJECTIONS:
            raise ConfigError(f"no injection {name!r}; known: {', '.join(INJECTIONS)}")
    return tuple(dict.fromkeys(names))


def _not_applicable(stage: Stage, planned: PlannedInjection) -> SelfTestRow:
    reason = planned.not_applicable
    return SelfTestRow(stage.name, planned.injection, Blocked.NOT_APPLICABLE, reason)


def _said(row: SelfTestRow, end: SessionEnd) -> str:
    verdict = end.verdict or _no_verdict(end)
    loud = {Blocked.YES: "blocked", Blocked.NO: "GOT THROUGH"}.get(row.blocked, str(row.blocked))
    return f"{row.injection}: {loud} (exit {end.exit_code}, {verdict})"


def _no_verdict(end: SessionEnd) -> str:
    return "timed out" if end.exit_code is None else "no verdict"
