"""Where things are kept: the folders below `.pipeline/` of a service root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.errors import StateError

STATE_FOLDER = ".pipeline"


@dataclass(frozen=True)
class Workspace:
    """The state folder of a service root.

    Attributes:
        root: The service root.
        shown: The same as the user wrote it, for the commands that are proposed; may be empty.
    """

    root: Path
    shown: str = ""

    @property
    def state(self) -> Path:
        """The state folder itself."""
        return self.root / STATE_FOLDER

    @property
    def environments(self) -> Path:
        """Records of environments that serve beyond their execution."""
        return self.state / "environments"

    def execution(self, execution: str) -> Path:
        """Folder of one execution: logs, traffic and load records."""
        return self.state / "executions" / execution

    def prepare(self) -> None:
        """Create the state folder, which ignores itself in git.

        Raises:
            StateError: If it cannot be written.
        """
        try:
            self.state.mkdir(exist_ok=True)
            ignore = self.state / ".gitignore"
            if not ignore.exists():
                ignore.write_text("*\n", encoding="utf-8")
            probe = self.state / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise StateError(
                f"cannot write {self.state}: {error.strerror}; the pipeline keeps its state there: "
                "make the folder writable or copy the service to one that is"
            ) from error
