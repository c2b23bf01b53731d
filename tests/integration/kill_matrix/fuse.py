"""Counts the moments of a controller at which it may die, and kills it at one of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Moment:
    """A moment in the life of a controller.

    Attributes:
        phase: ``rollout``, ``way back``, ``conclude`` or, before its first step, ``begin``.
        step: Type of the step that is under way, such as ``Launch``; empty between phases.
        point: What happened just now, or is about to.
    """

    phase: str
    step: str
    point: str


@dataclass
class Fuse:
    """Kills this process at a moment.

    Attributes:
        at: Number of the moment to die at, from 0; None to live on.
        phase: Where the controller stands.
        step: Type of its step under way.
        moments: Every moment that was lived through, in order.
    """

    at: int | None = None
    phase: str = "begin"
    step: str = ""
    moments: list[Moment] = field(default_factory=list)

    def reached(self, point: str, *, last_words: Callable[[], object] | None = None) -> None:
        """Take note of a moment; die at it when it is the one.

        Args:
            point: What happened just now, or is about to.
            last_words: Done before dying.
        """
        if self.at == len(self.moments):
            if last_words is not None:
                last_words()
            os.kill(os.getpid(), signal.SIGKILL)
        self.moments.append(Moment(self.phase, self.step, point))
