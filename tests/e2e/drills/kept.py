"""Finds environments that are kept."""

from __future__ import annotations

import json

from tests.e2e.drills.repository import Repository


def url_of(repository: Repository, environment: str) -> str:
    """Return the address at which a kept environment serves.

    Raises:
        FileNotFoundError: If it is not kept.
    """
    record = repository.state / "environments" / f"{environment}.json"
    return str(json.loads(record.read_text(encoding="utf-8"))["url"])
