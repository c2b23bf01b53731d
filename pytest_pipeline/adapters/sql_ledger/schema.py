"""The tables of the ledger."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, String, Table, UniqueConstraint

#: Raised with every change that an older version of this package could not read or write.
#:
#: 1. The first.
#: 2. Control requests; records of deployments say their phase and trigger.
#: 3. Requests of rollouts, which say what they are about, in the place of control requests.
#: 4. Records of deployments say what was retried, what adds up, and whether they can be trusted.
SCHEMA_VERSION = 4

metadata = MetaData()

schema = Table(
    "ledger_schema", metadata, Column("version", Integer, primary_key=True, autoincrement=False)
)

executions = Table(
    "executions",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("started", String, nullable=False),
    Column("finished", String),
    Column("exit_code", Integer),
    Column("summary", JSON, nullable=False),
)

releases = Table(
    "releases",
    metadata,
    Column("environment", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("artifact", String, nullable=False),
    Column("configuration", JSON, nullable=False),
)

# Rows are added only: the last one of an environment says what is stable, the others what was.
promotions = Table(
    "promotions",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("environment", String, nullable=False, index=True),
    Column("number", Integer, nullable=False),
)

deployments = Table(
    "deployments",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("id", String, nullable=False),
    Column("execution", String, nullable=False),
    Column("environment", String, nullable=False, index=True),
    Column("record", JSON, nullable=False),
    UniqueConstraint("id"),
)

# What people asked of a rollout; a row goes when it was heard. Its id is not its sequence, for a
# database may use the number of a row that is gone again.
requests = Table(
    "rollout_requests",
    metadata,
    Column("sequence", Integer, primary_key=True),
    Column("environment", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("deployment", String, nullable=False),
    Column("step", Integer),
    Column("force", Boolean, nullable=False),
    Column("id", String, nullable=False),
)
