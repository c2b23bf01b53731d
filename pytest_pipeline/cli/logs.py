"""`pytest-pipeline logs ENV [INSTANCE]`: what instances and the router wrote."""

from __future__ import annotations

import argparse
import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pytest_pipeline import wiring
from pytest_pipeline.errors import ConfigError, PipelineError

#: Time between two looks with `--follow`, seconds.
LOOK_S = 0.25
#: The router's log; people call it by what it is.
_ROUTER = {"envoy": "router"}


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "logs",
        help="show what instances and the router wrote",
        description=(
            "Show the last lines of the logs of an environment: of the kept one, else of the "
            "latest execution that deployed to it. Logs of failed releases are kept as well."
        ),
    )
    parser.add_argument("environment", metavar="ENV", help="name of the environment")
    parser.add_argument(
        "instance", metavar="INSTANCE", nargs="?", help="whose: r7-0, router, …; all by default"
    )
    parser.add_argument(
        "--lines", type=_count, default=20, metavar="N", help="lines of each at most (default: 20)"
    )
    parser.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # By what was recorded alone: the configuration may be broken, and be what one looks for.
    root = wiring.required_root(Path(options.root))
    with wiring.toolbox(root, wiring.standard_progress()) as tools:
        folder = _folder(tools, root, options.environment)
        logs = _logs(folder, options.instance)
        for name, path in logs.items():
            _show(name, _tail(path, options.lines), headed=len(logs) > 1)
        if options.follow:
            try:
                _follow(tools, folder, options.instance, logs)
            except KeyboardInterrupt:
                return 0  # how one ends following
    return 0


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of lines, 0 or more")
    return int(text)


def _folder(tools: wiring.WiredToolbox, root: Path, environment: str) -> Path:
    """Return where the logs of an environment are.

    Raises:
        ConfigError: If there are none.
    """
    record = tools.records.read(environment)
    if record is not None:
        return Path(str(record["folder"]))
    executions = tools.workspace.state / "executions"
    found = sorted(each for each in executions.glob("*/*") if each.name == environment)
    if not found:
        known = ", ".join(_known(tools, root)) or "none"
        raise ConfigError(
            f"no logs of {environment!r}: nothing was deployed there yet; environments: {known}"
        )
    return found[-1]


def _known(tools: wiring.WiredToolbox, root: Path) -> list[str]:
    """Return the environments that are configured, as far as that can be read, or were."""
    try:
        configured = {each.name for each in wiring.load_pipeline(root).environments}
    except PipelineError:
        configured = set()
    deployed = {each.environment for each in tools.ledger.deployments()}
    return sorted({*configured, *deployed, *tools.records.names()})


def _logs(folder: Path, instance: str | None) -> dict[str, Path]:
    """Return the logs in a folder by the names that people know them by."""
    found = {_ROUTER.get(path.stem, path.stem): path for path in sorted(folder.glob("*.log"))}
    if instance is None:
        return found
    if instance not in found:
        raise ConfigError(f"no log of {instance!r} in {folder}; there are: {', '.join(found)}")
    return {instance: found[instance]}


def _tail(path: Path, lines: int) -> list[str]:
    with path.open(encoding="utf-8", errors="replace") as file:
        return list(deque(file, maxlen=max(0, lines)))


def _show(name: str, lines: Sequence[str], *, headed: bool) -> None:
    if headed:
        sys.stdout.write(f"==> {name} <==\n")
    for line in lines:
        sys.stdout.write(line if line.endswith("\n") else f"{line}\n")
    sys.stdout.flush()


def _follow(
    tools: wiring.WiredToolbox, folder: Path, instance: str | None, logs: dict[str, Path]
) -> None:
    """Print what is added, also by instances that start meanwhile."""
    read = {path: path.stat().st_size for path in logs.values()}
    while True:
        tools.clock.sleep(LOOK_S)
        for name, path in _logs(folder, instance).items():
            with path.open("rb") as file:
                file.seek(read.get(path, 0))
                added = file.read()
            if added:
                read[path] = read.get(path, 0) + len(added)
                text = added.decode(errors="replace")
                _show(name, text.splitlines(keepends=True), headed=instance is None)
