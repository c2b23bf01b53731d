"""Whether what is to be promoted is older than what an environment serves."""

from __future__ import annotations

from pytest_pipeline.domain.promotion_checks import (
    PromotionProblem,
    PromotionRefusal,
    ancestor_problem,
)
from pytest_pipeline.domain.promotions import Promotion
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import BaselineError


def commit_problem(
    tools: Toolbox, revision: Revision, newest: Promotion, environment: str
) -> PromotionProblem | None:
    """Return why the commit of a revision may not follow the promoted one; None when it may.

    Commits of which neither comes before the other may follow each other.
    """
    if revision.commit is None or newest.commit is None or revision.commit == newest.commit:
        return None
    try:
        older = tools.history.is_ancestor(tools.workspace.root, revision.commit, of=newest.commit)
    except BaselineError as error:
        return PromotionProblem(
            PromotionRefusal.OVERTAKING,
            f"whether this is older than what {environment} serves (commit {newest.commit[:12]}) "
            f"cannot be told: {error}",
            "or overrule it: --force --reason TEXT",
        )
    return ancestor_problem(environment, newest, revision.commit) if older else None
