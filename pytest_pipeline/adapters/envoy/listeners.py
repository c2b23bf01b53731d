"""The two listeners: clients come in by one, whoever looks at a preview by the other."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Listener:
    """A port of the router, with routes of its own.

    Attributes:
        name: Its name, that of its routes, and the prefix of its statistics.
        document: Name of the file that holds its routes.
    """

    name: str
    document: str

    @property
    def statistic(self) -> str:
        """Name of the statistic that tells which version of its routes is in force."""
        return f"http.{self.name}.rds.{self.name}.version_text"


CLIENTS = Listener("clients", "rds.json")
PREVIEW = Listener("preview", "rds-preview.json")
LISTENERS = (CLIENTS, PREVIEW)
