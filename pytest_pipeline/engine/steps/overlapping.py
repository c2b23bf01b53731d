"""Runs the suites of two releases against each other, while clients still see stable only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.domain.handoffs import EnvironmentHandoff, Overlap
from pytest_pipeline.domain.plans import CheckOverlap
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.watch import Watch
from pytest_pipeline.errors import RouterError, SmokeTestError, SuiteError, TargetError


@dataclass(frozen=True)
class _Pairing:
    """A suite and what it is run against.

    Attributes:
        text: What it is, for people.
        suite: Folder of the client's suite.
        client: The release whose suite it is.
        server: The release that it is run against.
        overlap: What the tests are told of both.
    """

    text: str
    suite: Path
    client: Release
    server: Release
    overlap: Overlap


def check_overlap(site: Site, step: CheckOverlap, watch: Watch) -> None:
    """Run the suite of stable against the candidate, and that of the candidate against stable.

    Both are run, whatever the first comes to.

    Raises:
        SmokeTestError: If a test of one failed, or none was executed; names which.
        SuiteError: If the tests of a release were not kept, or were altered.
        RouterError: If no candidate answers at the preview address.
    """
    if site.table.preview != f"r{step.candidate}":
        raise RouterError(f"r{step.candidate} does not answer at the preview address")
    pairings = _pairings(site, step)
    failed: list[SmokeTestError] = []
    for each in pairings:
        site.tools.progress.busy(f"{site.environment.name}: {each.text}")
        try:
            _run(site, step, each)
        except SmokeTestError as error:
            failed.append(SmokeTestError(f"{each.text}: {error}", output=error.output))
        watch.progress()
        watch.read()
    if failed:
        raise SmokeTestError(
            "; ".join(map(str, failed)), output="\n".join(each.output for each in failed)
        )
    told = ", ".join(each.text for each in pairings)
    site.tools.progress.line(f"{site.environment.name}: mixed versions agree: {told}")


def _pairings(site: Site, step: CheckOverlap) -> tuple[_Pairing, ...]:
    old, new = (_release(site, number) for number in (step.stable, step.candidate))
    urls = {old.name: site.router.url, new.name: site.router.preview_url}

    def pairing(text: str, client: Release, server: Release) -> _Pairing:
        overlap = Overlap(
            old.name, new.name, urls[old.name], urls[new.name], client.name, server.name
        )
        told = f"{text} ({client.name} x {server.name})"
        return _Pairing(told, _suite(site, client), client, server, overlap)

    return (
        pairing("old client x new server", old, new),
        pairing("new client x old server", new, old),
    )


def _release(site: Site, number: int) -> Release:
    if number not in site.releases:
        raise TargetError(f"r{number} is not known at {site.environment.name}")
    return site.releases[number][0]


def _suite(site: Site, release: Release) -> Path:
    name = site.environment.name
    try:
        tree = site.tools.artifacts.verify(release.artifact).revision_tree
        return site.tools.suites.find(name, tree)
    except SuiteError as error:
        raise SuiteError(
            f"the tests of {release.name} cannot be run: {error}; deploy this once with check = "
            f"false in [environments.{name}.mixed_versions], which keeps the tests of what is "
            "deployed and checks nothing"
        ) from error


def _run(site: Site, step: CheckOverlap, pairing: _Pairing) -> None:
    overlap, server = pairing.overlap, pairing.server
    folder = site.folder / f"mixed-{pairing.client.name}-{server.name}"
    folder.mkdir(parents=True, exist_ok=True)
    told: EnvironmentHandoff = replace(
        site.handoff(),
        url=overlap.candidate_url if overlap.server == overlap.candidate else overlap.stable_url,
        release=server.name,
        artifact=server.artifact,
        overlap=overlap,
    )
    site.tools.smoke_tests.run(
        step.tests, told, folder=folder, suite=pairing.suite, timeout_s=step.timeout_s
    )
