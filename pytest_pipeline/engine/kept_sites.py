"""Kept environments: sites that serve beyond their execution, recorded so as to be found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.fleets import Instance, ProcessIdentity
from pytest_pipeline.domain.journal_entries import is_over
from pytest_pipeline.domain.resources import ProvidedResource
from pytest_pipeline.domain.rollouts import Phase
from pytest_pipeline.engine.ports import Installed, PostgresServer
from pytest_pipeline.engine.resources import (
    STOP_GRACE_S,
    RunningResource,
    instance_record,
)
from pytest_pipeline.engine.routing_records import read_table, table_record
from pytest_pipeline.engine.site import Site
from pytest_pipeline.engine.sites import close_site
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import ConcurrencyError, StateError


def record_site(site: Site) -> None:
    """Write down what is needed to find a kept site again; nothing for one that is not kept.

    Nor is anything written that was written already.

    What runs at the site is handed over then: until it is written down it ends with its owner.

    Raises:
        StateError: If it cannot be written.
    """
    if not site.keep:
        return
    ports = _ports_to_keep(site)
    state = (site.router, site.table, site.deployment, site.stable, ports, *site.fleet.values())
    if state == site.recorded:
        return
    site.tools.records.write(
        site.environment.name,
        {
            "folder": str(site.folder),
            "url": site.router.url,
            "router": dict(site.tools.routers.record(site.router)),
            "fingerprint": site.fingerprint,
            "deployment": site.deployment,
            "stable": site.stable.number if site.stable else None,
            "instances": [instance_record(each) for each in site.fleet.values()],
            "ports": ports,
            "table": table_record(site.table),
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
    site.recorded = state


def find_site(tools: Toolbox, environment: Environment) -> Site | None:
    """Return a kept environment's site; None when there is none. Nothing is written.

    Its deployment is none that is over, also where its controller died before that was recorded.

    Raises:
        StateError: If its record cannot be understood.
    """
    record = tools.records.read(environment.name)
    if record is None:
        return None
    try:
        return _restored(tools, environment, caught_up(tools, record))
    except (KeyError, TypeError, ValueError) as error:
        raise StateError(
            f"the record of the kept environment {environment.name!r} is damaged ({error!r}); "
            "end its processes by hand and delete "
            f"{tools.workspace.environments / environment.name}.json"
        ) from error


def catch_up(tools: Toolbox, environment: str) -> None:
    """Write into an environment's record that its deployment is over, if its journal says so.

    The controller may have died between the two. The caller has the environment for oneself.

    Raises:
        StateError: If it cannot be read or written.
    """
    record = tools.records.read(environment)
    if record is None:
        return
    now = caught_up(tools, record)
    if now is not record:
        tools.records.write(environment, now)


def catch_up_if_free(tools: Toolbox, environment: str, *, by: str) -> None:
    """Do `catch_up` unless somebody has the environment, who does it then.

    Args:
        tools: The engine's ports.
        environment: Its name.
        by: Who does it, for people.

    Raises:
        StateError: If it cannot be read or written.
    """
    record = tools.records.read(environment)
    if record is None or caught_up(tools, record) is record:
        return
    try:
        tools.records.acquire(environment, by=by)
    except ConcurrencyError:
        return
    try:
        catch_up(tools, environment)
    finally:
        tools.records.yield_up(environment)


def discard_site(site: Site) -> None:
    """End a kept environment and delete its record, which stays until all has ended.

    A deployment that is open there is over then.
    """
    close_site(site)
    if site.deployment:
        at = site.tools.clock.utc()
        entry = {"kind": "ended", "phase": "discarded", "at": at}
        site.tools.journal.append(site.deployment, entry)
    site.tools.records.delete(site.environment.name)


def caught_up(tools: Toolbox, record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a record as it is once its deployment is over; the same one while it is not."""
    name = str(record.get("deployment") or "")
    try:
        entries: tuple[Mapping[str, Any], ...] = tools.journal.read(name) if name else ()
    except StateError:  # `down` ends an environment all the same; others meet it where they need it
        return record
    if not is_over(entries):
        return record
    if entries[-1].get("phase") != Phase.SUCCEEDED:
        return {**record, "deployment": ""}
    return {**record, "deployment": "", "stable": int(entries[0]["candidate"]["release"])}


def _ports_to_keep(site: Site) -> dict[str, int]:
    """Return the ports at which something may be started again."""
    stable = site.fleet_of(site.stable).instances if site.stable else ()
    return {
        each: port
        for each, port in site.ports.items()
        if site.deployment or each in site.fleet or each in stable
    }


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
        table=read_table(record["table"]),
        fingerprint=str(record["fingerprint"]),
        deployment=str(record["deployment"]),
    )
    site.ports = {each.id: each.port for each in site.fleet.values()}
    site.ports |= {each: int(port) for each, port in record.get("ports", {}).items()}
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
