"""Kept environments: sites that serve beyond their execution, recorded so as to be found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Fleet, Instance, ProcessIdentity
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.rollback import plan_rollback
from pytest_pipeline.domain.routing import Backend, BackendState, Pool, RoutingTable
from pytest_pipeline.engine.building import Built, install
from pytest_pipeline.engine.ports import Installed, PostgresServer
from pytest_pipeline.engine.resources import (
    STOP_GRACE_S,
    RunningResource,
    fingerprint,
    instance_record,
)
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import close_site
from pytest_pipeline.engine.steps import perform
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import PipelineError, StateError


def record_site(site: Site) -> None:
    """Write down what is needed to find a kept site again; nothing for one that is not kept.

    What runs at the site is handed over then: until it is written down it ends with its owner.

    Raises:
        StateError: If it cannot be written.
    """
    if not site.keep:
        return
    site.tools.records.write(
        site.environment.name,
        {
            "folder": str(site.folder),
            "url": site.router.url,
            "router": dict(site.tools.routers.record(site.router)),
            "fingerprint": site.fingerprint,
            "stable": site.stable.number if site.stable else None,
            "instances": [instance_record(each) for each in site.fleet.values()],
            "table": [asdict(pool) for pool in site.table.pools],
            "resources": [
                {
                    "provided": asdict(each.provided),
                    "record": each.record,
                    "log": each.log,
                    "own": each in site.resources,
                }
                for each in site.started
            ],
        },
    )
    site.tools.processes.hand_over()


def find_site(tools: Toolbox, environment: Environment) -> Site | None:
    """Return a kept environment's site; None when there is none.

    Raises:
        StateError: If its record cannot be understood.
    """
    record = tools.records.read(environment.name)
    if record is None:
        return None
    try:
        return _restored(tools, environment, record)
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"the record of the kept environment {environment.name!r} is damaged ({error!r}); "
            "end its processes by hand and delete "
            f"{tools.workspace.environments / environment.name}.json"
        ) from error


def adopt_site(tools: Toolbox, environment: Environment, built: Built) -> Site | None:
    """Return a kept environment that serves, after going back from an unfinished deployment.

    One that does not serve any more is cleared away.

    Returns:
        The site; None when nothing is kept, or what was kept had died.

    Raises:
        StateError: If it was opened with other resources than are wanted now.
    """
    site = find_site(tools, environment)
    if site is None:
        return None
    alive = site.running()
    serves = site.stable is not None and site.router.is_running() and not site.broken_resources()
    if site.stable is None or not serves:
        tools.progress.line(f"{environment.name}: the kept environment has died; starting anew")
        discard_site(site)
        return None
    if site.fingerprint != fingerprint(built, environment.resources):
        raise StateError(
            f"the kept environment {environment.name!r} has other resources than this revision "
            f"wants: end it with pytest-pipeline down {environment.name}, then run again"
        )
    try:
        site.admit(site.stable, install(tools, site.stable.artifact))
    except PipelineError as error:  # it serves; only an instance that died cannot come back
        tools.progress.line(f"{environment.name}: {error}")
    wanted = site.fleet_of(site.stable)
    if alive != frozenset(wanted.instances) or _candidate_routed(site):
        tools.progress.line(f"{environment.name}: going back from an unfinished deployment")
    # Even when all looks well: what was routed last may not have been written down.
    _restore_stable(site, alive)
    return site


def discard_site(site: Site) -> None:
    """End a kept environment and delete its record, which stays until all has ended."""
    close_site(site)
    site.tools.records.delete(site.environment.name)


def _restore_stable(site: Site, alive: frozenset[str]) -> None:
    assert site.stable is not None  # noqa: S101 - the caller looked
    wanted = site.fleet_of(site.stable)
    strangers = [each for each in site.fleet.values() if each.id not in wanted.instances]
    for dead in [each for each in site.fleet if each not in alive]:
        site.fleet.pop(dead)
    for release in {each.release for each in strangers}:
        known = site.tools.ledger.release(site.environment.name, release)
        if known is not None:
            # Only to be stopped: that needs its configuration, not its bytes.
            folder = site.tools.artifacts.folder(known.artifact)
            site.admit(known, Installed(known.artifact, folder))
    candidate = Fleet(0, tuple(each.id for each in strangers))
    for step in plan_rollback(wanted, candidate, alive).steps:
        perform(step, site)
        record_site(site)


def _candidate_routed(site: Site) -> bool:
    assert site.stable is not None  # noqa: S101 - the caller looked
    return any(pool.name != site.stable.name for pool in site.table.pools)


def _restored(tools: Toolbox, environment: Environment, record: Mapping[str, Any]) -> Site:
    servers: dict[str, PostgresServer] = {}
    restored = [
        (_restored_resource(tools, each, servers), bool(each["own"]))
        for each in record["resources"]
    ]
    site = Site(
        environment,
        tools,
        Path(record["folder"]),
        keep=True,
        router=tools.routers.attach(record["router"]),
        target=tools.target(keep=True),
        resources=tuple(resource for resource, own in restored if own),
        started=tuple(resource for resource, _ in restored),
        fleet={each["id"]: _restored_instance(each) for each in record["instances"]},
        table=_restored_table(record["table"]),
        fingerprint=str(record["fingerprint"]),
    )
    site.ports = {each.id: each.port for each in site.fleet.values()}
    if record["stable"] is not None:
        release = tools.ledger.release(environment.name, int(record["stable"]))
        if release is not None:
            # To look at it and to stop it takes its configuration only, not its bytes.
            site.stable = release
            folder = tools.artifacts.folder(release.artifact)
            site.admit(release, Installed(release.artifact, folder))
    return site


def _restored_instance(record: Mapping[str, Any]) -> Instance:
    return Instance(
        id=str(record["id"]),
        release=int(record["release"]),
        host=str(record["host"]),
        port=int(record["port"]),
        process=ProcessIdentity(int(record["pid"]), float(record["created"])),
        log=str(record["log"]),
    )


def _restored_table(pools: list[Mapping[str, Any]]) -> RoutingTable:
    return RoutingTable(
        tuple(
            Pool(
                pool["name"],
                int(pool["weight_percent"]),
                tuple(
                    Backend(
                        each["instance"],
                        each["host"],
                        int(each["port"]),
                        BackendState(each["state"]),
                    )
                    for each in pool["backends"]
                ),
            )
            for pool in pools
        )
    )


def _restored_resource(
    tools: Toolbox, saved: Mapping[str, Any], servers: dict[str, PostgresServer]
) -> RunningResource:
    provided = ProvidedResource(**saved["provided"])
    record = saved["record"]
    if record["kind"] == "service":
        instance = _restored_instance(record["instance"])
        target = tools.target(keep=True)
        return RunningResource(
            provided,
            lambda: target.is_running(instance),
            lambda: target.stop(instance, grace_s=STOP_GRACE_S),
            saved["log"],
            record,
        )
    key = repr(sorted(record["server"].items()))
    server = servers.setdefault(key, tools.databases.attach(record["server"]))
    return RunningResource(
        provided,
        server.is_running,
        server.stop if record["owner"] else (lambda: None),
        saved["log"],
        record,
    )
