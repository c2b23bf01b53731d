"""What an answer means: the instance's word, or the router's. Runs in the generator's process."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_pipeline.domain.traffic import (
    BY_AN_INSTANCE,
    DETAILS_HEADER,
    RELEASE_HEADER,
    Outcome,
)

_FIRST_SERVER_ERROR = 500


def judge(status: int, fields: Mapping[str, str]) -> tuple[Outcome, str, str]:
    """Return outcome, release and detail of an answer.

    Without the router's headers an answer counts as an instance's.

    Args:
        status: The status of the answer, 200-599.
        fields: Its header fields by lower-case name.
    """
    maker = fields.get(DETAILS_HEADER, BY_AN_INSTANCE)
    if maker != BY_AN_INSTANCE:
        return Outcome.LOST, "", f"{status} {maker}"
    outcome = Outcome.ERROR if status >= _FIRST_SERVER_ERROR else Outcome.OK
    return outcome, fields.get(RELEASE_HEADER, ""), str(status)
