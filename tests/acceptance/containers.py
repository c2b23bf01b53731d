"""Containers that a pipeline started."""

from __future__ import annotations

import json

from tests.e2e.drills.repository import Repository


def containers_of(repository: Repository) -> set[str]:
    """Return the names of the containers that running pipelines of a service started."""
    return {
        name
        for record in repository.state.glob("owners/*.json")
        for name in json.loads(record.read_text(encoding="utf-8"))["containers"]
    }


def existing(names: set[str]) -> set[str]:
    """Return which of the containers exist; none where no Docker engine answers."""
    if not names:
        return set()
    import docker  # noqa: PLC0415 - an extra

    engine = docker.from_env()
    try:
        return names & {each.name for each in engine.containers.list(all=True)}
    finally:
        engine.close()


def remove(name: str) -> None:
    """Kill and remove a container."""
    import docker  # noqa: PLC0415 - an extra

    engine = docker.from_env()
    try:
        engine.api.remove_container(name, force=True, v=True)
    finally:
        engine.close()
