"""Progress that nobody sees."""

from __future__ import annotations


class SilentProgress:
    """Implements `engine.progress.Progress`.

    Attributes:
        said: Sections and lines, in order.
    """

    def __init__(self) -> None:
        self.said: list[str] = []

    def section(self, title: str) -> None:
        """Remember a title."""
        self.said.append(title)

    def line(self, text: str) -> None:
        """Remember a line."""
        self.said.append(text)

    def busy(self, text: str) -> None:
        """Say nothing."""

    def idle(self) -> None:
        """Say nothing."""
