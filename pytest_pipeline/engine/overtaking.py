"""Whether what is to be promoted is older than what an environment serves."""

from __future__ import annotations

from collections.abc import Sequence

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
    tools: Toolbox, revision: Revision, known: Sequence[Promotion], environment: str
) -> PromotionProblem | None:
    """Return why the commit of a revision may not follow those promoted; None when it may.

    It is compared with the last promotion that has a commit: what was promoted since without one
    makes nothing newer. Commits of which neither comes before the other may follow each other.

    Args:
        tools: The engine's ports.
        revision: What is to be promoted.
        known: The promotions so far, the first one first.
        environment: Where to.
    """
    newest = next((each for each in reversed(known) if each.commit), None)
    if newest is None or newest.commit is None or revision.commit == newest.commit:
        return None
    if revision.commit is None:
        return _untold(environment, newest.commit, "there is no commit here")
    try:
        older = tools.history.is_ancestor(tools.workspace.root, revision.commit, of=newest.commit)
    except BaselineError as error:
        return _untold(environment, newest.commit, str(error))
    return ancestor_problem(environment, newest, revision.commit) if older else None


def _untold(environment: str, commit: str, why: str) -> PromotionProblem:
    return PromotionProblem(
        PromotionRefusal.OVERTAKING,
        f"whether this is older than what {environment} serves (commit {commit[:12]}) cannot be "
        f"told: {why}",
        "check the revision out with its .git folder and the whole history, or overrule it: "
        f"pytest-pipeline deploy {environment} --force --reason TEXT",
    )
