"""What people ask of a rollout that is under way, from another terminal."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RequestKind(StrEnum):
    """What is asked.

    ``PROMOTE`` ends the wait or the pause it finds, ``PROMOTE_FULLY`` this and every later
    wait, ``PAUSE`` holds the rollout before its next step, ``RESUME`` lets it go on,
    ``ABORT`` makes it go back.
    """

    PROMOTE = "promote"
    PROMOTE_FULLY = "promote fully"
    PAUSE = "pause"
    RESUME = "resume"
    ABORT = "abort"


@dataclass(frozen=True)
class ControlRequest:
    """One request.

    Attributes:
        environment: Name of the environment whose rollout it is about.
        kind: What is asked.
        reason: Why, for people; may be empty.
        deployment: Identifier of the deployment that it is about; empty for whichever is under
            way.
        step: Index of the step that ``PROMOTE`` is about; None for whichever waits.
        force: Whether ``ABORT`` goes back even where stable cannot run on the migrated data.
        id: What tells it from the same request of somebody else, never used again; empty where
            nobody waits for an answer.
    """

    environment: str
    kind: RequestKind
    reason: str = ""
    deployment: str = ""
    step: int | None = None
    force: bool = False
    id: str = ""
