"""`pytest-pipeline status [ENV …]`: what is promoted, what serves now, what is under way."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from pytest_pipeline import wiring
from pytest_pipeline.cli.opening import opened
from pytest_pipeline.domain.environments import Environment
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.vouching import accepted
from pytest_pipeline.engine.standing import Standing, standing, vouched
from pytest_pipeline.errors import ConfigError

#: Time between two looks with `--watch`, seconds.
REFRESH_S = 0.5


def add_to(commands: Any) -> None:  # noqa: ANN401 - argparse names no type for it
    """Add the command."""
    parser = commands.add_parser(
        "status",
        help="show what is promoted to each environment, and what serves now",
        description=(
            "Show the release promoted to each environment, what serves now and who looks after "
            "it, and the deployment that is under way."
        ),
    )
    parser.add_argument(
        "environments", metavar="ENV", nargs="*", help="which; all when none is named"
    )
    parser.add_argument(
        "--watch", action="store_true", help="show it again when it changes, until Ctrl-C"
    )
    parser.add_argument("--json", action="store_true", help="print JSON; with --watch, lines of it")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    with opened(options) as (tools, pipeline):
        chosen = _chosen(options, tools, pipeline)
        if not options.watch:
            _print(tools, _look(tools, chosen), as_json=options.json, indent=2)
            if not options.json:
                sys.stdout.write(f"{accepted(tools.trust)}\n")
            return 0
        try:
            _watch(tools, chosen, as_json=options.json)
        except KeyboardInterrupt:
            return 0  # how one ends watching
    return 0


def _chosen(
    options: argparse.Namespace, tools: wiring.WiredToolbox, pipeline: Pipeline
) -> list[Environment]:
    known = {each.name: each for each in pipeline.environments}
    for name in sorted(set(tools.records.names()) - known.keys()):
        known[name] = Environment(name)  # it left the configuration, and yet serves
    unknown = [name for name in options.environments if name not in known]
    if unknown:
        raise ConfigError(f"no environment {unknown[0]!r}; known: {', '.join(known) or 'none'}")
    return [known[name] for name in options.environments or known]


def _look(tools: wiring.WiredToolbox, chosen: Sequence[Environment]) -> list[Standing]:
    return [standing(tools, tools.supervisors, each) for each in chosen]


def _watch(tools: wiring.WiredToolbox, chosen: Sequence[Environment], *, as_json: bool) -> None:
    console = wiring.standard_console()
    if as_json or not console.is_terminal:
        seen: list[Standing] | None = None
        while True:
            now = _look(tools, chosen)
            if now != seen:
                _print(tools, now, as_json=as_json, indent=None)
                sys.stdout.flush()
            seen = now
            tools.clock.sleep(REFRESH_S)
    with Live(console=console, auto_refresh=False) as live:
        while True:
            live.update(_screen(_look(tools, chosen)), refresh=True)
            tools.clock.sleep(REFRESH_S)


def _print(
    tools: wiring.WiredToolbox, standings: list[Standing], *, as_json: bool, indent: int | None
) -> None:
    if as_json:
        told = [_told(tools, each) for each in standings]
        sys.stdout.write(json.dumps(told, indent=indent) + "\n")
        return
    wiring.standard_console().print(_screen(standings), soft_wrap=True)


def _told(tools: wiring.WiredToolbox, each: Standing) -> dict[str, Any]:
    voucher = vouched(tools, each.environment)
    return {**asdict(each), "evidence": voucher.summary() if voucher else None}


def _screen(standings: list[Standing]) -> RenderableType:
    table = Table("environment", "promoted", "serves", box=None, pad_edge=False)
    for each in standings:
        promoted = f"{each.promoted} ({each.artifact[:19]})" if each.artifact else "nothing yet"
        table.add_row(each.environment, promoted, Text(_serves(each), overflow="fold"))
    notes = [Text(line) for each in standings for line in _notes(each)]
    return Group(table, *notes)


def _serves(each: Standing) -> str:
    serving = each.serving
    if serving is None:
        return "not kept"
    answers = "router answers" if serving.router_answers else "router is dead"
    if each.deployment is not None:  # those of two releases: the wanted number says nothing
        return f"{serving.url} ({serving.running} instances, {answers})"
    release = f"{next(iter(serving.shares))} at " if len(serving.shares) == 1 else ""
    return f"{release}{serving.url} ({serving.running} of {each.replicas} instances, {answers})"


def _notes(each: Standing) -> Iterator[str]:
    """Yield what does not fit the table, one line each."""
    deployment, serving = each.deployment, each.serving
    if deployment is not None:
        by = f"by {deployment.holder}" if deployment.holder else "nobody is at it"
        yield f"{each.environment}: {deployment.stable or 'none'} > {deployment.text}; {by}"
        told = (
            ("held", deployment.held),
            ("failed", deployment.failure),
            ("ways on", deployment.ways_on),
        )
        yield from (f"{each.environment}: {what}: {text}" for what, text in told if text)
    if serving is None:
        return
    if deployment is not None or len(serving.shares) != 1:
        shares = ", ".join(f"{name} {share} %" for name, share in serving.shares.items())
        yield f"{each.environment}: traffic: {shares or 'none'}"
    yield from (f"{each.environment}: {line}" for line in serving.broken)
    if serving.supervisor is not None or deployment is None or not deployment.holder:
        nobody = "nobody looks after it; its supervisor is being started"
        yield f"{each.environment}: {serving.supervisor or nobody}"
