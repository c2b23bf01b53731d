"""Writes promotions down, once each, before the ledger hears of them."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.promotion_drafts import PromotionDraft, draft_from
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import AttestedPromotion, Promotion
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.attesting import attest
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import PipelineError, SigningError, StateError

_FIGURES = (
    "requests", "lost_requests", "error_requests", "longest_gap_ms", "cutover_ms", "downtime_ms",
    "duration_s",
)  # fmt: skip


def write_promotion(
    site: Site, release: Release, record: DeploymentRecord, *, execution: str
) -> None:
    """Write down that a release serves since a deployment; nothing where that is written already.

    Nor is anything written of a deployment that was begun without a draft: exercises are none.

    Args:
        site: Where.
        release: What serves.
        record: What its deployment came to.
        execution: Identifier of the execution that brought it to its end.

    Raises:
        SigningError: If it cannot be signed; says that the deployment is done, and what to do.
        StateError: If it cannot be written; the same.
    """
    begun = next(iter(site.tools.journal.read(record.id)), {})
    written = begun.get("promotion")
    if not isinstance(written, dict):
        return
    try:
        _write(site.tools, release, draft_from(written), record, execution)
    except (PipelineError, ValueError) as error:
        name = site.environment.name
        kind = SigningError if isinstance(error, SigningError) else StateError
        raise kind(
            f"the deployment of {release.name} to {name} is done, but its promotion could not be "
            f"written down: {error}; mend that, then {_way_on(site)}"
        ) from error


def _write(
    tools: Toolbox,
    release: Release,
    draft: PromotionDraft,
    record: DeploymentRecord,
    execution: str,
) -> None:
    known = tools.promotions.promotions(record.environment)
    if known and known[-1].promotion.release.number == release.number:
        return  # whoever wrote it died before the ledger heard of it
    if tools.trust.signers and tools.signer is None and not draft.unsigned:
        raise SigningError(
            "it wants a signature, and there is no key here: give it by PYTEST_PIPELINE_KEY_FILE "
            "or PYTEST_PIPELINE_KEY"
        )
    promotion = Promotion(
        environment=record.environment,
        sequence=_next_number(known),
        release=release,
        revision_tree=draft.revision_tree,
        commit=draft.commit,
        dirty=draft.dirty,
        way=draft.way,
        policy=draft.policy,
        inputs=tuple(draft.inputs),
        previous=known[-1].digest if known else None,
        execution=execution,
        created=tools.clock.utc(),
        figures={name: getattr(record, name) for name in _FIGURES},
        forced=draft.forced,
    )
    tools.promotions.add(attest(promotion_statement(promotion, draft.service), tools.signer))


def _next_number(known: Sequence[AttestedPromotion]) -> int:
    return known[-1].promotion.sequence + 1 if known else 1


def _way_on(site: Site) -> str:
    if site.keep:
        return f"pytest-pipeline resume {site.environment.name} writes it down"
    return "run the pipeline again"
