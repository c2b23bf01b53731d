import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import requests

from pipeline_types import Environment, ResourceOf


@pytest.fixture
def database(pipeline_resource: ResourceOf) -> Iterator[psycopg.Connection]:
    """The database that the deployed release writes to."""
    url = pipeline_resource("database").url
    with psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
        yield connection


@pytest.fixture
def placed(pipeline_http: requests.Session) -> dict[str, Any]:
    body = {"customer": f"customer-{uuid.uuid4().hex}", "lines": [{"sku": "pen", "quantity": 2}]}
    key = uuid.uuid4().hex
    answer = pipeline_http.post("/orders", json=body, headers={"Idempotency-Key": key})
    assert answer.status_code == 201
    return {**answer.json(), "key": key}


def cut_idle_connections(database: psycopg.Connection) -> int:
    """Do to the service's pool what a restart of PostgreSQL does; wait for it at most 10 s.

    Other tests may be using the service. So only connections are cut that have been idle for
    longer than a request pauses between two statements.
    """
    for _ in range(200):
        row = database.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'orders'"
            " AND state = 'idle' AND state_change < now() - interval '30 ms'"
        ).fetchone()
        if row is not None and row[0]:
            return int(row[0])
        database.execute("SELECT pg_sleep(0.05)")
    return 0


def test_what_was_answered_is_what_is_stored(
    database: psycopg.Connection, placed: dict[str, Any]
) -> None:
    order = database.execute(
        "SELECT customer, status, subtotal_cents FROM orders WHERE id = %s", [placed["id"]]
    ).fetchone()
    lines = database.execute(
        "SELECT sku, quantity, unit_price_cents FROM order_lines WHERE order_id = %s",
        [placed["id"]],
    ).fetchall()

    assert order == (placed["customer"], "placed", placed["subtotal_cents"])
    assert lines == [("pen", 2, 150)]


def test_the_answer_is_kept_under_its_key(
    database: psycopg.Connection, placed: dict[str, Any]
) -> None:
    kept = database.execute(
        "SELECT order_id, answer_status FROM idempotency_keys WHERE key = %s", [placed["key"]]
    ).fetchone()

    assert kept == (placed["id"], 201)


def test_the_database_itself_refuses_a_second_claim_on_a_key(
    database: psycopg.Connection, placed: dict[str, Any]
) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        database.execute(
            "INSERT INTO idempotency_keys (key, fingerprint, order_id, claimed_at)"
            " VALUES (%s, 'f', 'o', now())",
            [placed["key"]],
        )


def test_the_database_itself_refuses_a_status_nobody_knows(
    database: psycopg.Connection, placed: dict[str, Any]
) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        database.execute("UPDATE orders SET status = 'lost' WHERE id = %s", [placed["id"]])


def test_a_cut_database_connection_costs_no_request(
    database: psycopg.Connection, pipeline_http: requests.Session, placed: dict[str, Any]
) -> None:
    cut = cut_idle_connections(database)

    answers = [pipeline_http.get(f"/orders/{placed['id']}") for _ in range(10)]

    assert cut >= 1
    assert [answer.status_code for answer in answers] == [200] * 10


def test_the_migrations_lead_to_the_tables_the_code_expects(
    pipeline_resource: ResourceOf,
) -> None:
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - half a second, here only
    from alembic.migration import MigrationContext  # noqa: PLC0415

    from orders.storage.engine import open_engine  # noqa: PLC0415
    from orders.storage.tables import METADATA  # noqa: PLC0415

    engine = open_engine(pipeline_resource("database").url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": "orders_schema_version"}
        )
        differences = compare_metadata(context, METADATA)
    engine.dispose()

    assert differences == []


def test_the_environment_runs_the_release_under_test(
    pipeline_http: requests.Session, pipeline_environment: Environment
) -> None:
    answer = pipeline_http.get("/version")

    assert answer.status_code == 200
    assert answer.json()["service"] == "orders"
    assert answer.json()["release"] == str(pipeline_environment.release)
