"""What people ask of rollouts, through the ledger: heard once, by one, in order."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url
from pytest_pipeline.adapters.system_clock import SystemClock
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind

TAKER = """
import sys
from pathlib import Path
from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url

ledger = SqlLedger(sqlite_url(Path(sys.argv[1])))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(30):
    for request in ledger.take_requests("staging"):
        print(request.reason, flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> SqlLedger:
    return SqlLedger(sqlite_url(path))


def asked(kind: RequestKind, reason: str = "") -> ControlRequest:
    return ControlRequest("staging", kind, reason)


def test_requests_are_heard_in_order_once_and_by_their_environment(ledger: SqlLedger) -> None:
    wanted = [asked(RequestKind.PAUSE), asked(RequestKind.ABORT, "it is late")]
    for each in wanted:
        ledger.ask(each)
    ledger.ask(ControlRequest("production", RequestKind.PROMOTE_FULLY))

    assert ledger.asked("staging") == tuple(wanted)
    assert ledger.take_requests("staging") == tuple(wanted)
    assert ledger.take_requests("staging") == ()
    assert ledger.asked("production") == (ControlRequest("production", RequestKind.PROMOTE_FULLY),)


def test_what_was_not_heard_yet_is_asked_once(ledger: SqlLedger) -> None:
    ledger.ask(asked(RequestKind.ABORT, "superseded"))
    ledger.ask(asked(RequestKind.ABORT, "superseded"))
    first = ledger.take_requests("staging")
    ledger.ask(asked(RequestKind.ABORT, "superseded"))

    assert first == (asked(RequestKind.ABORT, "superseded"),)
    assert ledger.take_requests("staging") == first


def test_all_that_a_request_says_is_kept_and_its_own_asker_alone_withdraws_it(
    ledger: SqlLedger,
) -> None:
    own = ControlRequest(
        "staging", RequestKind.ABORT, "late", deployment="e1-staging", step=3, force=True, id="a"
    )
    other, nobodys = replace(own, id="b"), asked(RequestKind.ABORT, "superseded")
    ledger.ask(other)
    withdraw = ledger.ask(own)
    ledger.ask(nobodys)()
    assert ledger.asked("staging") == (other, own, nobodys)

    withdraw()
    withdraw()

    assert ledger.asked("staging") == (other, nobodys)


def test_each_request_is_heard_by_one_process_only(ledger: SqlLedger, path: Path) -> None:
    ledger.take_requests("staging")
    takers = [
        subprocess.Popen(
            [sys.executable, "-c", TAKER, str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for each in takers:
        assert each.stdout is not None
        assert each.stdout.readline() == "ready\n"
    for number in range(40):
        ledger.ask(asked(RequestKind.PAUSE, str(number)))
    heard = [each.communicate("go\n", timeout=60)[0].split() for each in takers]

    assert sorted(int(word) for words in heard for word in words) == list(range(40))


def test_looking_for_requests_takes_well_below_the_time_of_a_step(ledger: SqlLedger) -> None:
    ledger.take_requests("staging")
    clock = SystemClock()
    began = clock.now()
    for _ in range(50):
        ledger.take_requests("staging")
    each_s = (clock.now() - began) / 50

    assert each_s < 0.02


def test_a_writer_does_not_keep_a_rollout_from_looking(ledger: SqlLedger, path: Path) -> None:
    ledger.take_requests("staging")
    clock, other = SystemClock(), SqlLedger(sqlite_url(path))
    with other._connections.transaction():
        began = clock.now()
        ledger.take_requests("staging")
        waited_s = clock.now() - began

    assert waited_s < 1
