"""Whether Locust is installed; it is never imported to find out."""

from __future__ import annotations

from importlib import metadata

from pytest_pipeline.errors import MissingExtraError


def demand_locust() -> None:
    """Find out whether loads can be run.

    Raises:
        MissingExtraError: If the extra ``load`` is not installed.
    """
    if not list(metadata.distributions(name="locust")):
        raise MissingExtraError("load tests", "load")
