"""Progress on a console: a live line on a terminal, plain lines when piped or in CI."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.status import Status


class ConsoleProgress:
    """Implements `engine.progress.Progress`.

    Args:
        console: Where to write.
        live: Whether what is waited for may be shown in a line that is overwritten.
    """

    def __init__(self, console: Console, *, live: bool) -> None:
        self._console = console
        self._live = live
        self._status: Status | None = None

    def section(self, title: str) -> None:
        """Say that a stage, a build or a promotion begins."""
        self.idle()
        self._console.rule(f"[bold]{escape(title)}[/]", characters="-")

    def line(self, text: str) -> None:
        """Say something that stays on the screen."""
        self.idle()
        self._console.print(escape(text), soft_wrap=True, highlight=False)

    def busy(self, text: str) -> None:
        """Say what is being waited for; shown on a live terminal only."""
        if not self._live:
            return
        if self._status is None:
            self._status = self._console.status(escape(text))
            self._status.start()
        else:
            self._status.update(escape(text))

    def idle(self) -> None:
        """Take the live line away."""
        if self._status is not None:
            self._status.stop()
            self._status = None
