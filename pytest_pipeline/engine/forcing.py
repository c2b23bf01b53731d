"""What somebody overrules by `--force --reason`, and the record of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pytest_pipeline.engine.progress import Progress
from pytest_pipeline.errors import PipelineError


@dataclass
class Force:
    """What may be overruled, and what was.

    Attributes:
        reason: Why, for people; empty when nothing may be.
        overruled: The refusals that were, for people.
    """

    reason: str = ""
    overruled: list[str] = field(default_factory=list)

    @contextmanager
    def overruling(self, refusal: type[PipelineError], progress: Progress) -> Iterator[None]:
        """Go on after the block although it was refused, if that may be; say and note it.

        Raises:
            PipelineError: What the block raised, if it may not, or is of another kind.
        """
        try:
            yield
        except refusal as error:
            if not self.reason:
                raise
            self.overruled.append(str(error))
            progress.line(f"forced ({self.reason}): {error}")

    def summary(self) -> dict[str, object] | None:
        """Return what is recorded of it; None when nothing was overruled."""
        if not self.overruled:
            return None
        return {"reason": self.reason, "overruled": list(self.overruled)}
