"""Runs smoke tests against the preview."""

from __future__ import annotations

from dataclasses import replace

from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import RouterError


def smoke(site: Site, tests: tuple[str, ...]) -> None:
    """Run tests against the candidate at the preview address.

    Raises:
        SmokeTestError: If one failed, or none was executed.
        RouterError: If no candidate answers at the preview address.
    """
    number = site.watched
    if number is None or not site.table.preview:
        raise RouterError("no release answers at the preview address")
    release = site.releases[number][0]
    handoff = replace(
        site.handoff(),
        url=site.router.preview_url,
        release=release.name,
        artifact=release.artifact,
    )
    folder = site.folder / f"smoke-{release.name}"
    folder.mkdir(parents=True, exist_ok=True)
    site.tools.smoke_tests.run(tests, handoff, folder=folder)
