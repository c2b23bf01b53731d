"""What the service is told by its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orders.environment import EnvironmentReader
from orders.faults import FaultPlan, read_fault_plan

DATABASE_SCHEMES = ("postgresql", "sqlite")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything ``orders serve`` needs.

    Attributes:
        database_url: ``postgresql://…`` or, for tests, ``sqlite:///…``.
        inventory_url: Base address of the inventory service.
        environment: Name of the environment the instance runs in.
        release: Release the instance belongs to.
        instance: Name of this running copy.
        drain_s: Seconds, 0..60, between SIGTERM and the end of listening, during which
            readiness is 503 but requests are still served.
        faults: Faults switched on for drills.
    """

    database_url: str
    inventory_url: str
    environment: str = "local"
    release: str = "dev"
    instance: str = "local"
    drain_s: float = 0.25
    faults: FaultPlan = field(default_factory=FaultPlan)


def read_settings(values: Mapping[str, str]) -> Settings:
    """Read the settings of a serving instance.

    Raises:
        SettingsError: Naming each bad variable, what it held and what is wanted.
    """
    reader = EnvironmentReader(values)
    environment = reader.text("PIPELINE_ENVIRONMENT", "local")
    settings = Settings(
        database_url=_database_url(reader),
        inventory_url=reader.http_url("INVENTORY_URL"),
        environment=environment,
        release=reader.text("PIPELINE_RELEASE", "dev"),
        instance=reader.text("PIPELINE_INSTANCE", "local"),
        drain_s=float(reader.number("DRAIN_S", low="0", high="60", default="0.25")),
        faults=read_fault_plan(reader, environment),
    )
    reader.raise_problems()
    return settings


def read_database_url(values: Mapping[str, str]) -> str:
    """Read the one setting that ``orders migrate`` needs.

    Raises:
        SettingsError: If ``DATABASE_URL`` is missing or of another kind.
    """
    reader = EnvironmentReader(values)
    url = _database_url(reader)
    reader.raise_problems()
    return url


def _database_url(reader: EnvironmentReader) -> str:
    url = reader.text("DATABASE_URL")
    scheme, separator, _ = url.partition("://")
    if url and not (separator and scheme in DATABASE_SCHEMES):
        # Only the scheme is shown: the rest may hold a password.
        shown = f"scheme {scheme!r}" if separator else "no scheme"
        reader.refuse("DATABASE_URL", "postgresql://… or sqlite:///…", shown=shown)
    return url
