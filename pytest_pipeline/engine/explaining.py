"""Explains why an execution, a stage or an environment stands where it stands; touches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pytest_pipeline.domain.deploy_checks import DeployCheck
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.evidence_checks import EvidenceProblem, required_of
from pytest_pipeline.domain.explanations import (
    EnvironmentExplanation,
    ExecutionExplanation,
    Explanation,
    explain_deployment,
    explain_stage,
)
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.policies import demanded_stages
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.engine.building import find_built
from pytest_pipeline.engine.deployability import deploy_checks, rules_for
from pytest_pipeline.engine.evidence_store import check_evidence
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.engine.standing import Standing, standing
from pytest_pipeline.engine.supervising import Supervisors
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ConfigError

#: Executions among which the last one of a stage or to an environment is looked for; count.
_LOOKED_AT = 200


def explain(
    tools: Toolbox, supervisors: Supervisors, pipeline: Pipeline, subject: str | None = None
) -> Explanation:
    """Explain what a subject stands for.

    Args:
        tools: The engine's ports.
        supervisors: Know who looks after kept environments.
        pipeline: The pipeline as configured now.
        subject: Name of an environment or a stage, or an execution's identifier or the beginning
            of one; None for the last execution.

    Raises:
        ConfigError: If it is none of these.
        PipelineError: If ledger, evidence or source cannot be read.
    """
    return _Explaining(tools, supervisors, pipeline).explain(subject)


@dataclass(frozen=True)
class _Explaining:
    tools: Toolbox
    supervisors: Supervisors
    pipeline: Pipeline

    def explain(self, subject: str | None) -> Explanation:
        environments = [each.name for each in self.pipeline.environments]
        if subject in environments:
            found = self._last("deployments", "environment", subject)
            stages = demanded_stages(self.pipeline, subject)
            asked = [self.pipeline.environment(subject)]
            return self._explanation(found, stages, asked, deploys_to=subject)
        if subject in [each.name for each in self.pipeline.stages]:
            found = self._last("stages", "name", subject)
            return self._explanation(found, [self.pipeline.stage(subject)], [])
        found = self._execution(subject)
        return self._explanation(found, self._stages(found), self.pipeline.environments)

    def _execution(self, subject: str | None) -> ExecutionRecord | None:
        if subject is None:
            return next(iter(self.tools.ledger.executions(limit=1)), None)
        found = self.tools.ledger.execution(subject)
        if found is None:
            stages = ", ".join(each.name for each in self.pipeline.stages) or "none"
            environments = ", ".join(each.name for each in self.pipeline.environments) or "none"
            raise ConfigError(
                f"no execution, stage or environment {subject!r}; stages: {stages}; environments: "
                f"{environments}; executions: see pytest-pipeline history"
            )
        return found

    def _last(self, kind: str, key: str, name: str) -> ExecutionRecord | None:
        """Return the last execution whose summary names a stage or an environment."""
        for each in self.tools.ledger.executions(limit=_LOOKED_AT):
            if any(entry[key] == name for entry in _entries(each, kind)):
                return each
        return None

    def _stages(self, execution: ExecutionRecord | None) -> Sequence[Stage]:
        """Return the stages; of a service that configures none, those that were executed."""
        if self.pipeline.stages or execution is None:
            return self.pipeline.stages
        names = [str(each["name"]) for each in _entries(execution, "stages")]
        return [Stage(name, (name,)) for name in names]

    def _explanation(
        self,
        execution: ExecutionRecord | None,
        stages: Sequence[Stage],
        environments: Sequence[Environment],
        *,
        deploys_to: str | None = None,
    ) -> Explanation:
        executed = {each["name"]: each for each in _entries(execution, "stages")}
        problems = {each.stage: each for each in self._problems(stages, deploys_to)}
        return Explanation(
            revision=_written(self.revision),
            execution=self._executed(execution) if execution else None,
            stages=tuple(
                explain_stage(each.name, executed.get(each.name), problems.get(each.name))
                for each in stages
            ),
            environments=tuple(
                self._environment(each, deploys=deploys_to is not None) for each in environments
            ),
        )

    def _executed(self, execution: ExecutionRecord) -> ExecutionExplanation:
        summary: Mapping[str, Any] = execution.summary
        revision = summary.get("revision") or {}
        return ExecutionExplanation(
            id=execution.id,
            kind=execution.kind,
            started=execution.started,
            exit_code=execution.exit_code,
            failures=tuple(map(str, summary.get("failures") or ())),
            same_revision=revision.get("tree") == self.revision.tree,
            deployments=tuple(map(explain_deployment, _entries(execution, "deployments"))),
        )

    def _environment(self, environment: Environment, *, deploys: bool) -> EnvironmentExplanation:
        name = environment.name
        now = standing(self.tools, self.supervisors, environment)
        problems = self._problems(demanded_stages(self.pipeline, name), name)
        current = now.artifact is not None and now.artifact == self.artifact
        checks = self._checks(name) if deploys else ()
        unmet = [each for each in checks if not each.met]
        ways = [each.command for each in (problems or unmet)]
        return EnvironmentExplanation(
            environment=name,
            promoted=now.promoted,
            serves=now.serving.url if now.serving else "nothing is kept",
            under_way=now.deployment.text if now.deployment else "",
            current=current,
            blocked=tuple(each.reason for each in problems),
            command=self._leads_on(now, ways, current=current),
            checks=checks,
        )

    def _checks(self, environment: str) -> tuple[DeployCheck, ...]:
        return deploy_checks(self.tools, self.pipeline, environment, self.revision, self.artifact)

    def _leads_on(self, now: Standing, ways: Sequence[str], *, current: bool) -> str:
        """Return the command that brings the revision on its way to an environment."""
        if now.deployment is not None:
            return now.deployment.ways_on
        if ways:
            return ways[0].partition("\n")[0]
        if current:
            return ""
        root = f"--root {self.tools.workspace.shown} " if self.tools.workspace.shown else ""
        return f"pytest-pipeline {root}deploy {now.environment}"

    def _problems(
        self, stages: Sequence[Stage], environment: str | None
    ) -> tuple[EvidenceProblem, ...]:
        rules = rules_for(self.tools, self.pipeline, environment)
        return check_evidence(
            self.tools.evidence,
            [required_of(each, rules) for each in stages],
            self.revision,
            self.artifact,
            path=self.tools.workspace.shown,
        )

    @cached_property
    def revision(self) -> Revision:
        """The revision that is there now."""
        return self.tools.revise(self.tools.workspace.root)

    @cached_property
    def artifact(self) -> str | None:
        """Digest of the artifact of this revision; None where it was not built."""
        service = self.pipeline.service
        return find_built(self.tools, service, self.revision.tree) if service else None


def _entries(execution: ExecutionRecord | None, kind: str) -> Sequence[Mapping[str, Any]]:
    if execution is None:
        return ()
    found: Any = execution.summary.get(kind)
    return tuple(found or ())


def _written(revision: Revision) -> str:
    if not revision.commit:
        return f"no commit, tree {revision.tree[:19]}"
    return f"{revision.commit[:12]}{' with changes' if revision.dirty else ''}"
