"""What the service is told by its environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass

DATABASE_SCHEMES = ("postgresql", "sqlite")


class SettingsError(ValueError):
    """The environment variables do not make a runnable service."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything ``inventory`` needs.

    Attributes:
        database_url: ``postgresql://…`` or, for tests, ``sqlite:///…``.
        environment: Name of the environment the instance runs in.
        release: Release the instance belongs to.
        instance: Name of this running copy.
    """

    database_url: str
    environment: str = "local"
    release: str = "dev"
    instance: str = "local"


def read_settings(values: Mapping[str, str]) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: If ``DATABASE_URL`` is missing or of another kind.
    """
    url = values.get("DATABASE_URL", "")
    scheme, separator, _ = url.partition("://")
    if not (separator and scheme in DATABASE_SCHEMES):
        # Only the scheme is shown: the rest may hold a password.
        shown = f"scheme {scheme!r}" if separator else "nothing with a scheme"
        raise SettingsError(f"DATABASE_URL: got {shown}, wanted postgresql://… or sqlite:///…")
    return Settings(
        database_url=url,
        environment=values.get("PIPELINE_ENVIRONMENT") or "local",
        release=values.get("PIPELINE_RELEASE") or "dev",
        instance=values.get("PIPELINE_INSTANCE") or "local",
    )
