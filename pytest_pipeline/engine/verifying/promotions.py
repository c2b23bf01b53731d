"""Checks promotions: bound to their names, signed for their environment, and a chain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.elapsed_time import seconds_between
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.promotion_links import link_breaks
from pytest_pipeline.domain.promotion_statements import promotion_from
from pytest_pipeline.domain.promotions import AttestedPromotion, Promotion, PromotionInput
from pytest_pipeline.domain.verification import Check, FolderProblem, StatementRow
from pytest_pipeline.engine.evidence_layout import EVIDENCE, promotion_path
from pytest_pipeline.engine.verifying.envelopes import FETCH, StatementFile

_DIGEST_SHOWN = 12


@dataclass(frozen=True)
class PromotionFile:
    """A file of a promotion.

    Attributes:
        promotion: What it claims.
        digest: Digest of its statement.
        row: The same for people.
        service: Name of the service.
        attested: The promotion, and whose signatures on it hold.
        doubts: Why nobody who is trusted vouches for it; empty where somebody does.
    """

    promotion: Promotion
    digest: str
    row: StatementRow
    service: str
    attested: AttestedPromotion
    doubts: tuple[FolderProblem, ...] = ()


def read_promotion(read: StatementFile) -> PromotionFile:
    """Return the promotion of a statement.

    Raises:
        ValueError: If it is none.
    """
    promotion = promotion_from(read.statement)
    row = StatementRow(
        kind="promotion",
        name=f"{promotion.environment} {promotion.sequence}",
        outcome=promotion.way + (" (forced)" if promotion.forced else ""),
        revision_tree=promotion.revision_tree,
        commit=promotion.commit,
        dirty=promotion.dirty,
        artifact=promotion.release.artifact,
        signed_by=read.signed_by,
        signed=bool(read.envelope.signatures),
        created=promotion.created,
        path=read.path,
    )
    keyids = frozenset(each.key.keyid for each in read.signers)
    return PromotionFile(
        promotion,
        read.envelope.digest,
        row,
        promotion.service,
        AttestedPromotion(promotion, read.envelope, keyids),
        (*read.doubts, *_signer_doubts(read, promotion)),
    )


def promotion_problems(read: StatementFile, promotion: Promotion) -> Iterator[FolderProblem]:
    """Yield what is wrong with one promotion by itself."""
    wanted = promotion_path(promotion.environment, promotion.sequence)
    if read.path != wanted:
        meaning = f"holds what belongs to {wanted}: it was copied or renamed"
        yield FolderProblem(read.path, Check.NAME, meaning, FETCH)


def _signer_doubts(read: StatementFile, promotion: Promotion) -> Iterator[FolderProblem]:
    vouched = (each.vouches_for_environment(promotion.environment) for each in read.signers)
    if read.signers and not any(vouched):
        meaning = f"{', '.join(read.signed_by)} may not sign promotions to {promotion.environment}"
        remedy = "have one sign whom [evidence.signers] lets, or let this one"
        yield FolderProblem(read.path, Check.SIGNER, meaning, remedy)


def chains(found: Iterable[PromotionFile]) -> dict[str, list[PromotionFile]]:
    """Return the promotions of each environment, the first one first."""
    ordered: dict[str, list[PromotionFile]] = {}
    for each in sorted(found, key=lambda it: (it.promotion.environment, it.promotion.sequence)):
        ordered.setdefault(each.promotion.environment, []).append(each)
    return ordered


def chain_problems(
    found: Sequence[PromotionFile], digests: Collection[str], evidence: Iterable[Evidence]
) -> tuple[list[FolderProblem], list[str]]:
    """Return where the chains of promotions break, and remarks.

    What the last promotion to an environment rests on has to be here. It may have been judged again
    since: then the evidence that took its place is younger than the promotion.

    Args:
        found: All promotions of the folder.
        digests: Digests of all its statements.
        evidence: All its evidence.
    """
    problems: list[FolderProblem] = []
    remarks: list[str] = []
    judged = list(evidence)
    for environment, chain in chains(found).items():
        problems += _links(chain)
        for each in _missing(chain[-1], digests):
            if _judged_again(each, chain[-1].promotion, judged):
                remarks.append(f"{each.name} was judged again since promotion {chain[-1].row.name}")
            else:
                problems.append(_gone(each, chain[-1]))
        unknown = sum(bool(_missing(each, digests)) for each in chain[:-1])
        if unknown:
            remarks.append(
                f"what {unknown} earlier promotions to {environment} rest on is not here; of the "
                "last one it is demanded"
            )
    return problems, remarks


def _missing(found: PromotionFile, digests: Collection[str]) -> list[PromotionInput]:
    return [each for each in found.promotion.inputs if each.digest not in digests]


def _judged_again(
    missing: PromotionInput, promotion: Promotion, judged: Iterable[Evidence]
) -> bool:
    """Return whether younger evidence of the same stage, revision and artifact is here."""
    about = (missing.name, promotion.revision_tree, promotion.release.artifact)
    return any(
        (f"{EVIDENCE}/{each.stage}", each.revision_tree, each.artifact) == about
        and (seconds_between(promotion.created, each.created) or 0.0) > 0
        for each in judged
    )


def _gone(missing: PromotionInput, found: PromotionFile) -> FolderProblem:
    meaning = (
        f"rests on {missing.name} ({_short(missing.digest)}), which is not here: it was lost or "
        "replaced"
    )
    remedy = "fetch the folder anew, or promote again on the evidence that is here"
    return FolderProblem(found.row.path, Check.CHAIN, meaning, remedy)


def _links(chain: Sequence[PromotionFile]) -> Iterator[FolderProblem]:
    environment = chain[0].promotion.environment
    for each in link_breaks([link.attested for link in chain]):
        path = promotion_path(environment, each.sequence)
        yield FolderProblem(path, Check.CHAIN, f"the chain is broken: {each.meaning}", FETCH)


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:_DIGEST_SHOWN]
