"""Checks who vouches for chains of promotions, and for the approvals that count in them now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from pytest_pipeline.domain.promotion_checks import approvers_after
from pytest_pipeline.domain.verification import FolderProblem
from pytest_pipeline.engine.policy_approving import adopting
from pytest_pipeline.engine.verifying.approvals import ApprovalFile, approver_problems
from pytest_pipeline.engine.verifying.checked import Believed
from pytest_pipeline.engine.verifying.promotions import PromotionFile, chains


def vouching_problems(
    promotions: Iterable[PromotionFile], approvals: Sequence[ApprovalFile], believed: Believed
) -> tuple[list[FolderProblem], list[str]]:
    """Return what nobody who is trusted vouches for, and remarks.

    The last promotion to an environment vouches for those before it, and an approval counts while
    the promotion that it follows is the last one: who signed the others is worth a remark.

    Args:
        promotions: All promotions of the folder.
        approvals: All its approvals.
        believed: Who is believed.
    """
    problems: list[FolderProblem] = []
    remarks: list[str] = []
    ends: dict[str, PromotionFile] = {}
    for environment, chain in chains(promotions).items():
        ends[environment] = chain[-1]
        said = [each for each in approvals if each.approval.environment == environment]
        if chain[-1].doubts and _adopted(chain[-1], said, believed):
            remarks.append(f"promotion {chain[-1].row.name} counts by an approval")
        else:
            problems += chain[-1].doubts
        doubtful = sum(bool(each.doubts) for each in chain[:-1])
        if doubtful:
            remarks.append(
                f"earlier promotions to {environment} that nobody who is trusted now signed: "
                f"{doubtful}; the last one vouches for them"
            )
    problems += _approvals(approvals, ends, believed)
    return problems, remarks


def _adopted(end: PromotionFile, said: Iterable[ApprovalFile], believed: Believed) -> bool:
    envelopes = [each.read.envelope for each in said]
    return bool(adopting(end.attested, envelopes, believed.trust, believed.verifier))


def _approvals(
    approvals: Iterable[ApprovalFile], ends: Mapping[str, PromotionFile], believed: Believed
) -> Iterator[FolderProblem]:
    for each in approvals:
        end = ends.get(each.approval.environment)
        if end is None:
            yield from approver_problems(each, None)
        elif each.approval.after == end.digest:
            try:
                who = approvers_after(end.attested, believed.trust)
            except ValueError:
                who = None
            keys = [signer.key for group in who.groups for signer in group] if who else []
            if not (keys and believed.verifier.verified(each.read.envelope, keys)):
                yield from approver_problems(each, who)
