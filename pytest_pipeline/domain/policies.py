"""The policy of an environment: what is demanded before something is promoted to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_pipeline.domain.envelopes import canonical_json, sha256_of
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.gate_documents import gate_document
from pytest_pipeline.domain.pipelines import Pipeline, Promote, Run, walk
from pytest_pipeline.domain.stage_runs import stage_runs
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Signer, public_key_from


def stages_before(pipeline: Pipeline, environment: str) -> tuple[Stage, ...]:
    """Return the stages that stand before an environment in a whole run."""
    steps = walk(pipeline)
    return tuple(
        pipeline.stage(step.stage)
        for step in steps[: steps.index(Promote(environment))]
        if isinstance(step, Run)
    )


def demanded_stages(pipeline: Pipeline, environment: str) -> tuple[Stage, ...]:
    """Return the stages that must have evidence before an environment is deployed to."""
    wanted = pipeline.environment(environment).required_evidence
    if wanted is None:
        return stages_before(pipeline, environment)
    return tuple(pipeline.stage(name) for name in wanted)


def max_age_s(pipeline: Pipeline, environment: Environment) -> float | None:
    """Return how old evidence may be for an environment, seconds; None for any age."""
    own = environment.evidence_max_age_s
    return pipeline.evidence_max_age_s if own is None else own


def policy_document(pipeline: Pipeline, environment: str) -> dict[str, Any]:
    """Return the policy of an environment, as JSON values.

    That is which stages are demanded, what their gates demand, what they run where, how old
    evidence may be and who is believed. How a release is brought there (strategy, alarms,
    rehearsals) is none of it: it is judged while it happens, and a deployment that it lets pass can
    be taken back.

    Args:
        pipeline: The pipeline.
        environment: Name of the environment.
    """
    stages = demanded_stages(pipeline, environment)
    return {
        "environment": environment,
        "stages": {each.name: gate_document(each.gate) for each in stages},
        "runs": stage_runs(stages, pipeline.layers),
        "max_age_s": max_age_s(pipeline, pipeline.environment(environment)),
        "signers": {each.name: _signer(each) for each in pipeline.signers},
    }


def policy_document_digest(policy: Mapping[str, Any]) -> str:
    """Return the digest of a policy, ``sha256:…``."""
    return sha256_of(canonical_json(dict(policy)))


def approvers(policy: Mapping[str, Any]) -> tuple[Signer, ...]:
    """Return the signers that a policy lets approve what is weaker.

    Those of which it says so; where it says so of none, all that sign for its environment.

    Raises:
        ValueError: If it is no policy.
    """
    try:
        signers = tuple(
            _signer_from(name, each) for name, each in policy.get("signers", {}).items()
        )
        named = tuple(each for each in signers if each.approves)
        own = str(policy.get("environment", ""))
        return named or tuple(each for each in signers if each.vouches_for_environment(own))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a policy: {error!r}") from error


def _signer_from(name: str, written: Mapping[str, Any]) -> Signer:
    return Signer(
        name,
        public_key_from(written["key"]),
        environments=tuple(written["environments"]),
        approves=bool(written["approves"]),
    )


def _signer(signer: Signer) -> dict[str, Any]:
    return {
        "key": str(signer.key),
        "stages": list(signer.stages),
        "environments": list(signer.environments),
        "approves": signer.approves,
    }
