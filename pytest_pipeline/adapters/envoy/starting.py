"""Starts a router, or takes over one that runs."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from pytest_pipeline.adapters.envoy.admin import Admin, NoAnswerError
from pytest_pipeline.adapters.envoy.binary import find_envoy
from pytest_pipeline.adapters.envoy.bootstrap import bootstrap
from pytest_pipeline.adapters.envoy.listeners import CLIENTS, PREVIEW, Listener
from pytest_pipeline.adapters.envoy.log_file import LOG_NAME, log_tail
from pytest_pipeline.adapters.envoy.marked_log import FLUSH_INTERVAL_MS
from pytest_pipeline.adapters.envoy.router import EnvoyRouter
from pytest_pipeline.adapters.envoy.routes import routes
from pytest_pipeline.adapters.envoy.state import EnvoyState
from pytest_pipeline.adapters.envoy.xds_folder import XdsFolder
from pytest_pipeline.domain.fleets import ProcessIdentity
from pytest_pipeline.domain.routing import RoutingTable
from pytest_pipeline.engine.ports import Clock, Command, Processes
from pytest_pipeline.errors import RouterError, TargetStartError

_READY_DEADLINE_S = 20.0
_POLL_S = 0.005
_STOP_GRACE_S = 1.0

_ADMIN_ADDRESS = "admin.address"
_BOOTSTRAP = "bootstrap.json"

#: How Envoy complains about an address that another program holds.
_TAKEN = re.compile(r"cannot bind '(127\.0\.0\.1:\d+)': Address already in use")

_Ports = Mapping[Listener, int | None]


def attach_envoy(processes: Processes, clock: Clock, state: EnvoyState) -> EnvoyRouter:
    """Take over a router that was started earlier; whether it still runs is for the caller to ask.

    Raises:
        RouterError: If its documents cannot be read.
    """
    return EnvoyRouter(processes, clock, state)


def start_envoy(  # noqa: PLR0913 - two ports, and what starts and owns it
    processes: Processes,
    clock: Clock,
    *,
    folder: Path,
    keep: bool,
    port: int | None = None,
    preview_port: int | None = None,
) -> EnvoyRouter:
    """Start a router that serves nothing yet; it answers 503 itself.

    Args:
        processes: Starts and guards it.
        clock: For its deadlines.
        folder: Where its documents and log go; made if missing, an earlier router's are replaced.
        keep: Whether it survives its owner.
        port: Port for clients, 1-65535; None for one that the system chooses.
        preview_port: Port for previews, the same.

    Raises:
        MissingExtraError: If Envoy is not installed.
        RouterError: If it does not start, or a port is taken.
    """
    program = find_envoy()
    folder = folder.resolve()
    ports = {CLIENTS: port, PREVIEW: preview_port}
    _prepare(folder, ports)
    command = Command(
        argv=(
            str(program),
            *("--config-path", str(folder / _BOOTSTRAP)),
            *("--admin-address-path", str(folder / _ADMIN_ADDRESS)),
            *("--concurrency", "1", "--disable-hot-restart"),
            *("--file-flush-interval-msec", str(FLUSH_INTERVAL_MS)),
            *("--log-level", "warn", "--component-log-level", "main:error"),
        ),
        cwd=folder,
        env={"PATH": os.defpath},
        log=folder / LOG_NAME,
        name=f"router ({folder.name})",
    )
    try:
        process = processes.start(command, keep=keep)
    except TargetStartError as error:
        raise RouterError(f"the router did not start: {error}", output=error.output) from error
    try:
        state = _await_ready(processes, clock, process, folder)
        return EnvoyRouter(processes, clock, state)
    except BaseException:
        processes.stop(process, grace_s=_STOP_GRACE_S)
        raise


def _prepare(folder: Path, ports: _Ports) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / "xds", ignore_errors=True)
        for name in (_ADMIN_ADDRESS, LOG_NAME):
            (folder / name).unlink(missing_ok=True)
        xds = XdsFolder(folder)
        (folder / _BOOTSTRAP).write_text(
            json.dumps(bootstrap(xds.watched, ports), indent=1), encoding="utf-8"
        )
    except OSError as error:
        raise RouterError(
            f"the router's folder {folder} cannot be written: {error}; make it writable"
        ) from error
    # Envoy is not ready before it has read them all once.
    xds.put("cds.json", [])
    for name, content in routes(RoutingTable()).items():
        xds.put(name, content)


def _await_ready(
    processes: Processes, clock: Clock, process: ProcessIdentity, folder: Path
) -> EnvoyState:
    deadline = clock.now() + _READY_DEADLINE_S
    while clock.now() < deadline:
        if not processes.is_running(process):
            raise _start_failure("exited", folder)
        admin = _admin(folder)
        if admin is not None and admin.is_live():
            return _started(process, folder, admin)
        clock.sleep(_POLL_S)
    raise _start_failure(f"was not ready within {_READY_DEADLINE_S:g} s", folder)


def _started(process: ProcessIdentity, folder: Path, admin: Admin) -> EnvoyState:
    try:
        ports = admin.listener_ports()
        urls = [f"http://127.0.0.1:{ports[each.name]}" for each in (CLIENTS, PREVIEW)]
    except (NoAnswerError, KeyError) as error:
        raise _start_failure(f"gave no address: {error}", folder) from error
    return EnvoyState(str(folder), process, admin.address, *urls)


def _admin(folder: Path) -> Admin | None:
    try:
        address = (folder / _ADMIN_ADDRESS).read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return Admin(address) if address else None


def _start_failure(what: str, folder: Path) -> RouterError:
    tail = log_tail(folder / LOG_NAME)
    taken = _TAKEN.search(tail)
    if taken:
        return RouterError(
            f"the router cannot listen on {taken[1]}: the port is taken; "
            "end the program that holds it, or choose another port",
            output=tail,
        )
    return RouterError(f"the router (Envoy) {what}; its log is {folder / LOG_NAME}", output=tail)
