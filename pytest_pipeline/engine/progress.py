"""The port through which people see what goes on."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Shows what goes on; never raises."""

    def section(self, title: str) -> None:
        """Say that a stage, a build or a promotion begins."""
        ...

    def line(self, text: str) -> None:
        """Say something that stays on the screen."""
        ...

    def busy(self, text: str) -> None:
        """Say what is being waited for; replaced by whatever is said next."""
        ...

    def idle(self) -> None:
        """Say that nothing is waited for any more."""
        ...
