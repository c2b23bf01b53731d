"""What an environment serves: by the ledger, and by the promotions that it does not know yet."""

from __future__ import annotations

from pytest_pipeline.domain.promotion_checks import ledger_problem
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.execution import Execution
from pytest_pipeline.engine.promotion_chain import broken_chain
from pytest_pipeline.engine.promotion_ledger import missed_releases, take_over
from pytest_pipeline.errors import EvidenceError


def note_stable(execution: Execution, environment: str | None, *, adopt: bool = False) -> None:
    """Note what an environment serves, for objectives that compare with it.

    A fresh clone has promotions and an empty ledger: that is no first release. Where promotions
    cannot be believed, what is served is not known, and a remark says why.

    Args:
        execution: The execution.
        environment: Its name; None for none.
        adopt: Whether the ledger is to know from now on what it missed; for who holds the
            environment.

    Raises:
        StateError: If the ledger cannot be read or written.
    """
    if environment is None:
        return
    try:
        promoted = _promoted(execution, environment, adopt=adopt)
    except EvidenceError as error:
        execution.remarks.append(f"it is not known what {environment} serves: {error}")
        return
    if promoted is None:
        execution.unpromoted.add(environment)
    else:
        execution.promoted_before[environment] = promoted


def _promoted(execution: Execution, environment: str, *, adopt: bool) -> Release | None:
    """Return what was promoted last; None before the first.

    Raises:
        EvidenceError: If promotions cannot be read or believed, or the ledger contradicts them.
    """
    tools = execution.tools
    promotions = tools.promotions.promotions(environment)
    missed = missed_releases(tools, environment, promotions)
    promoted = missed[-1] if missed else tools.ledger.promoted(environment)
    found = [ledger_problem(environment, [each.promotion for each in promotions], promoted)]
    if missed:
        alone = tools.signer is None and not tools.trust.in_ci
        found.append(
            broken_chain(tools, environment, promotions, service=execution.service, unsigned=alone)
        )
    problems = [str(each) for each in found if each is not None]
    if problems:
        raise EvidenceError("; ".join(problems))
    if adopt:
        take_over(tools, environment, missed)
    return promoted
