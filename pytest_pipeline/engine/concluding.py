"""Writes down what a deployment came to; each step of it may be done twice without harm."""

from __future__ import annotations

from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.kept_sites import record_site
from pytest_pipeline.engine.promotion_writing import write_promotion
from pytest_pipeline.engine.site import Site


def conclude(site: Site, record: DeploymentRecord, *, execution: str) -> None:
    """Record a deployment; say in the ledger when its release serves, and that it is over.

    A deployment of a rehearsal promotes nothing: that is said when the rehearsal is over.

    One that is frozen, whose way back failed or that was broken off stays open: `resume` or
    `abort` go on with it.

    Args:
        site: Where.
        record: What it came to.
        execution: Identifier of the execution that brought it to its end.

    Raises:
        SigningError: If the promotion cannot be signed.
        StateError: If it cannot be written.
    """
    ledger, name = site.tools.ledger, site.environment.name
    ledger.record_deployment(execution, record)
    done = record.status is DeploymentStatus.SUCCEEDED
    if done and site.stable is not None and not record.rehearsal:
        promoted = ledger.promoted(name)
        if promoted is None or promoted.number != site.stable.number:
            write_promotion(site, site.stable, record, execution=execution)
            ledger.mark_promoted(name, site.stable.number)
    if record.phase in (Phase.SUCCEEDED, Phase.ROLLED_BACK):
        at = site.tools.clock.utc()
        site.tools.journal.append(record.id, {"kind": "ended", "phase": record.phase, "at": at})
        site.deployment = site.rehearsal = ""
    record_site(site)
