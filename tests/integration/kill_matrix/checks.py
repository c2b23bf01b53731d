"""What has to be true of a world, and of what is written down about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pytest_pipeline.adapters.environment_folder import EnvironmentFolder
from pytest_pipeline.adapters.file_journal import FileJournal
from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url
from pytest_pipeline.engine.kept_sites import caught_up
from tests.integration.kill_matrix.controller import JOURNAL, LEDGER, RECORDS
from tests.integration.kill_matrix.scenario import ENVIRONMENT, Scenario
from tests.integration.kill_matrix.world import WORLD, World, WorldState, history


def wrong_in_the_end(folder: Path, scenario: Scenario, *, release: int | None) -> list[str]:
    """Return what is not as it has to be once nothing is under way any more, in words.

    Args:
        folder: Folder of the world.
        scenario: What was deployed.
        release: Number of the release that has to serve; None for none.
    """
    names = [] if release is None else [f"r{release}-{n}" for n in range(scenario.replicas)]
    return [
        *_wrong_of_world(World(folder).state, names),
        *_wrong_of_ledger(folder, release),
        *_wrong_of_record(folder, release, names),
        *_open_journals(folder),
    ]


def wrong_at_any_time(folder: Path, scenario: Scenario) -> list[str]:
    """Return what was wrong after some event in the history of a world, in words."""
    state, wrong = WorldState(), []
    served = False
    for event in history(folder):
        state.add(event)
        serving = state.backends(serving=True)
        dead = [each["instance"] for each in serving if not state.alive(each)]
        if dead:
            wrong.append(f"after {_short(event)} clients are sent to {', '.join(dead)}")
        served = served or bool(serving)
        if served and not serving and not scenario.first:
            wrong.append(f"after {_short(event)} nothing serves")
    return wrong


def trace_of(folder: Path) -> dict[str, bytes]:
    """Return everything that a command may change in a world, and of what is written down."""
    files = (folder / WORLD, *(folder / RECORDS).glob("*.json"), *(folder / JOURNAL).glob("*"))
    written = {path.name: path.read_bytes() for path in files if path.exists()}
    with closing(sqlite3.connect(folder / LEDGER)) as connection:
        written[LEDGER] = "".join(connection.iterdump()).encode()
    return written


def promoted_release(folder: Path) -> int | None:
    """Return the number of the release that the ledger says was promoted last."""
    promoted = _ledger(folder).promoted(ENVIRONMENT)
    return promoted.number if promoted else None


def last_release(folder: Path) -> int:
    """Return the number of the release that was deployed last, well or not."""
    return int(_ledger(folder).deployments(ENVIRONMENT, limit=1)[0].candidate.removeprefix("r"))


def _ledger(folder: Path) -> SqlLedger:
    return SqlLedger(sqlite_url(folder / LEDGER))


def _wrong_of_world(state: WorldState, names: list[str]) -> Iterator[str]:
    if state.names != names:
        yield f"running {state.names}, wanted {names}"
    routed = sorted(each["instance"] for each in state.backends())
    if routed != names:
        yield f"behind the router {routed}, wanted {names}"
    serving = sorted(each["instance"] for each in state.backends(serving=True))
    if serving != names:
        yield f"serving {serving}, wanted {names}"


def _wrong_of_ledger(folder: Path, release: int | None) -> Iterator[str]:
    number = promoted_release(folder)
    if number != release:
        yield f"the ledger says that r{number} was promoted, wanted r{release}"


def _wrong_of_record(folder: Path, release: int | None, names: list[str]) -> Iterator[str]:
    record = _record(folder)
    if record is None:
        if release is not None:
            yield "no record of the environment"
        return
    recorded = sorted(each["id"] for each in record["instances"])
    if recorded != names:
        yield f"recorded {recorded}, wanted {names}"
    if record["stable"] != release:
        yield f"recorded as stable r{record['stable']}, wanted r{release}"
    if record["deployment"]:
        yield f"deployment {record['deployment']} is recorded as under way"
    table = World(folder).state.table
    if _pools(record["table"]) != _pools(table):
        yield f"recorded {_pools(record['table'])}, in force {_pools(table)}"


def _record(folder: Path) -> Mapping[str, Any] | None:
    """Return the record as every command understands it."""
    record = EnvironmentFolder(folder / RECORDS).read(ENVIRONMENT)
    tools: Any = SimpleNamespace(journal=FileJournal(folder / JOURNAL))
    return None if record is None else caught_up(tools, record)


def _open_journals(folder: Path) -> Iterator[str]:
    for path in sorted((folder / JOURNAL).glob("*.jsonl")):
        kinds = [each["kind"] for each in FileJournal(folder / JOURNAL).read(path.stem)]
        # One that died before its first step was never taken note of, and touched nothing.
        if "intent" in kinds and kinds[-1] != "ended":
            yield f"the journal of {path.stem} ends with {kinds[-1]}"


def _pools(table: Mapping[str, Any]) -> list[tuple[str, int, list[str]]]:
    return [
        (pool["name"], pool["weight_percent"], [each["instance"] for each in pool["backends"]])
        for pool in table["pools"]
    ]


def _short(event: Mapping[str, Any]) -> str:
    facts = {key: value for key, value in event.items() if key not in ("event", "table")}
    return f"{event['event']} {facts or ''}".strip()
