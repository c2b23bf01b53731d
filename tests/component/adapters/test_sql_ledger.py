from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url
from pytest_pipeline.adapters.sql_ledger.schema import SCHEMA_VERSION
from pytest_pipeline.domain.control_requests import ControlRequest, RequestKind
from pytest_pipeline.domain.deployments import DeploymentRecord, DeploymentStatus
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.engine.ledger import ExecutionRecord
from pytest_pipeline.errors import StateError

ARTIFACT = "sha256:" + "a" * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state with 100 %?" / "ledger.db"


@pytest.fixture
def ledger(path: Path) -> SqlLedger:
    return SqlLedger(sqlite_url(path))


def execution(identifier: str) -> ExecutionRecord:
    return ExecutionRecord(
        id=identifier,
        kind="pipeline",
        started="2026-01-31T12:00:00.000Z",
        finished=None,
        exit_code=None,
        summary={"stages": [{"name": "unit"}], "artifact": None},
    )


def deployment(identifier: str, environment: str = "staging") -> DeploymentRecord:
    return DeploymentRecord(
        id=identifier,
        environment=environment,
        strategy="rolling",
        status=DeploymentStatus.SUCCEEDED,
        stable=None,
        candidate="r1",
        artifact=ARTIFACT,
        requests=100,
        lost_requests=0,
        error_requests=1,
        longest_gap_ms=12.5,
        cutover_ms=None,
        detection_ms=None,
        rollback_ms=None,
        duration_s=3.5,
        note="first deployment",
    )


def register(ledger: SqlLedger, environment: str = "staging") -> int:
    return ledger.register_release(
        environment, artifact=ARTIFACT, configuration={"command": "serve {port}"}
    ).number


def test_executions_come_back_newest_first_and_as_they_were(ledger: SqlLedger, path: Path) -> None:
    for number in range(3):
        ledger.begin_execution(execution(f"2026-{number}"))
    reopened = SqlLedger(sqlite_url(path))

    assert reopened.executions(limit=2) == (execution("2026-2"), execution("2026-1"))


def test_an_execution_is_updated_in_place(ledger: SqlLedger) -> None:
    ledger.begin_execution(execution("e1"))
    finished = replace(execution("e1"), finished="later", exit_code=20, summary={"x": [1]})
    ledger.update_execution(finished)

    assert ledger.executions() == (finished,)


def test_an_execution_is_found_by_a_prefix_of_its_own(ledger: SqlLedger) -> None:
    for identifier in ("ab1", "ab12", "AB3", "a_1"):
        ledger.begin_execution(execution(identifier))

    assert ledger.execution("ab12") == execution("ab12")
    assert ledger.execution("ab1") == execution("ab1")
    assert ledger.execution("AB") == execution("AB3")
    assert ledger.execution("a_") == execution("a_1")
    assert ledger.execution("ab") is None
    assert ledger.execution("zz") is None


def test_executions_are_neither_stored_twice_nor_updated_out_of_nothing(ledger: SqlLedger) -> None:
    ledger.begin_execution(execution("e1"))

    with pytest.raises(StateError, match="in the ledger already"):
        ledger.begin_execution(execution("e1"))
    with pytest.raises(StateError, match="not in the ledger"):
        ledger.update_execution(execution("e2"))


def test_releases_count_up_within_their_environment(ledger: SqlLedger) -> None:
    assert [register(ledger), register(ledger), register(ledger, "production")] == [1, 2, 1]


def test_a_release_comes_back_as_it_was(ledger: SqlLedger) -> None:
    release = ledger.register_release("dev", artifact=ARTIFACT, configuration={"a": "b"})

    assert ledger.release("dev", 1) == release
    assert ledger.release("dev", 2) is None
    assert ledger.release("staging", 1) is None


def test_the_release_promoted_last_is_stable_even_when_it_is_an_earlier_one(
    ledger: SqlLedger,
) -> None:
    first, second = register(ledger), register(ledger)
    before = ledger.promoted("staging")
    promoted = []
    for number in (first, second, first):
        ledger.mark_promoted("staging", number)
        promoted.append(ledger.promoted("staging"))

    assert before is None
    assert [each and each.number for each in promoted] == [1, 2, 1]
    assert ledger.promoted("production") is None


def test_what_was_not_registered_cannot_be_promoted(ledger: SqlLedger) -> None:
    with pytest.raises(StateError, match="no release r7 of staging"):
        ledger.mark_promoted("staging", 7)


def test_deployments_come_back_newest_first_and_by_environment(ledger: SqlLedger) -> None:
    for identifier, environment in (("z", "dev"), ("m", "staging"), ("a", "dev")):
        ledger.record_deployment("e1", deployment(identifier, environment))

    assert [each.id for each in ledger.deployments()] == ["a", "m", "z"]
    assert [each.id for each in ledger.deployments("dev", limit=1)] == ["a"]
    assert ledger.deployments("staging") == (deployment("m"),)
    assert isinstance(ledger.deployments("staging")[0].status, DeploymentStatus)


def test_what_was_measured_comes_back(ledger: SqlLedger) -> None:
    measured = replace(deployment("d1"), retried_requests=2, reconciliation=("a", "b"), invalid="a")
    ledger.record_deployment("e1", measured)

    assert ledger.deployments() == (measured,)


def test_a_deployment_from_before_traffic_was_reconciled_can_be_read(
    ledger: SqlLedger, path: Path
) -> None:
    ledger.record_deployment("e1", deployment("d1"))
    with closing(sqlite3.connect(path)) as database, database:
        for key in ("$.retried_requests", "$.reconciliation", "$.invalid"):
            database.execute("UPDATE deployments SET record = json_remove(record, ?)", [key])

    assert ledger.deployments() == (deployment("d1"),)


def test_a_deployment_of_the_same_id_is_replaced(ledger: SqlLedger) -> None:
    failed = replace(deployment("d1"), status=DeploymentStatus.FAILED, rolled_back=True)
    ledger.record_deployment("e1", deployment("d1"))
    ledger.record_deployment("e1", failed)

    assert ledger.deployments() == (failed,)


def test_processes_that_register_at_once_get_numbers_of_their_own(path: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from pytest_pipeline.adapters.sql_ledger import SqlLedger, sqlite_url\n"
        "ledger = SqlLedger(sqlite_url(Path(sys.argv[1])))\n"
        "for _ in range(10):\n"
        "    print(ledger.register_release('dev', artifact='a', configuration={}).number)\n"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    outputs = [process.communicate(timeout=60)[0] for process in running]

    numbers = sorted(int(line) for output in outputs for line in output.split())
    assert numbers == list(range(1, 41))


def test_a_transaction_that_fails_leaves_nothing(ledger: SqlLedger) -> None:
    def fail() -> None:
        with ledger._connections.transaction() as connection:
            connection.exec_driver_sql("DELETE FROM executions")
            raise RuntimeError

    ledger.begin_execution(execution("e1"))
    with pytest.raises(RuntimeError):
        fail()

    assert ledger.executions() == (execution("e1"),)


def test_every_write_is_synced_to_disk(ledger: SqlLedger, path: Path) -> None:
    ledger.begin_execution(execution("e1"))

    with ledger._connections.transaction() as connection:
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    assert synchronous == 2  # FULL
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()


def test_a_ledger_of_a_newer_version_is_refused(ledger: SqlLedger, path: Path) -> None:
    ledger.begin_execution(execution("e1"))
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE ledger_schema SET version = 99")
    raw.close()

    with pytest.raises(StateError, match=r"schema 99.*newer.*upgrade"):
        SqlLedger(sqlite_url(path)).executions()


def test_a_ledger_of_an_older_version_goes_on_with_all_it_holds(path: Path) -> None:
    older = SqlLedger(sqlite_url(path))
    older.begin_execution(execution("e1"))
    older.mark_promoted("staging", register(older))
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE rollout_requests")
        raw.execute("UPDATE ledger_schema SET version = 1")
    raw.close()

    ledger = SqlLedger(sqlite_url(path))
    ledger.ask(ControlRequest("staging", RequestKind.PAUSE))
    promoted = ledger.promoted("staging")
    with sqlite3.connect(path) as raw:
        version = raw.execute("SELECT version FROM ledger_schema").fetchall()
    raw.close()

    assert ledger.executions() == (execution("e1"),)
    assert promoted is not None
    assert promoted.number == 1
    assert [each.kind for each in ledger.take_requests("staging")] == [RequestKind.PAUSE]
    assert version == [(SCHEMA_VERSION,)]


def test_promotions_come_newest_first_and_once_for_each_time_in_a_row(ledger: SqlLedger) -> None:
    for _ in range(3):
        register(ledger)
    for number in (1, 2, 2, 3, 2):
        ledger.mark_promoted("staging", number)
    ledger.mark_promoted("production", register(ledger, "production"))

    assert [each.name for each in ledger.promotions("staging")] == ["r2", "r3", "r2", "r1"]
    assert [each.name for each in ledger.promotions("staging", limit=2)] == ["r2", "r3"]
    assert [each.name for each in ledger.promotions("production")] == ["r1"]
    assert ledger.promotions("dev") == ()


def test_what_is_no_ledger_is_refused_by_its_path(ledger: SqlLedger, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("this is not a database, but it is long enough to be looked at " * 20)

    with pytest.raises(StateError, match=r"cannot use the ledger .*ledger\.db: .*not a database"):
        ledger.executions()


def test_a_place_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StateError, match=r"cannot make the ledger's folder: .*make the place"):
        SqlLedger(sqlite_url(tmp_path / "file" / "ledger.db")).executions()


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder that this process may read only, even when root runs the tests."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            yield Path(folder)
        finally:
            if was_root:
                os.seteuid(0)
            Path(folder).chmod(0o755)


def test_a_read_only_folder_is_refused_by_its_path(read_only_folder: Path) -> None:
    with pytest.raises(StateError, match=r"cannot use the ledger .*ledger\.db.*writable"):
        SqlLedger(sqlite_url(read_only_folder / "ledger.db")).begin_execution(execution("e1"))


def test_the_values_of_a_failed_write_are_not_shown(ledger: SqlLedger, path: Path) -> None:
    register(ledger)
    with sqlite3.connect(path) as raw:
        raw.execute("DROP TABLE releases")
    raw.close()

    with pytest.raises(StateError) as caught:
        ledger.register_release("dev", artifact=ARTIFACT, configuration={"token": "hunter2"})
    assert "hunter2" not in str(caught.value)
    assert "no such table" in str(caught.value)


def test_promotions_known_from_elsewhere_are_taken_over_with_their_numbers(
    ledger: SqlLedger,
) -> None:
    third, fifth = Release(3, ARTIFACT, {"a": "b"}), Release(5, ARTIFACT, {})

    ledger.adopt_promotions("dev", [third, fifth, third])

    assert ledger.promoted("dev") == third
    assert ledger.promotions("dev") == (third, fifth, third)
    assert ledger.release("dev", 5) == fifth
    assert register(ledger, "dev") == 6


def test_a_number_of_another_release_is_not_taken_over_and_nothing_is_changed(
    ledger: SqlLedger,
) -> None:
    register(ledger, "dev")
    other = Release(1, "sha256:" + "f" * 64, {})

    with pytest.raises(StateError, match=r"another r1 of dev .* delete .pipeline/ledger.db"):
        ledger.adopt_promotions("dev", [Release(2, ARTIFACT, {}), other])

    assert ledger.release("dev", 2) is None
    assert ledger.promoted("dev") is None
