"""Idempotency keys in the database."""

from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from orders.domain.idempotency import Answer, Claim
from orders.storage.engine import reading
from orders.storage.tables import IDEMPOTENCY_KEYS as KEYS


class LostClaimError(RuntimeError):
    """The claim outlived its lease and another instance took it over."""


class ClaimStore:
    """Who may answer which key."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = reading(engine)

    def take(self, claim: Claim) -> Claim | None:
        """Claim a key; None is success, else the claim that was there first."""
        try:
            with self._engine.begin() as connection:
                connection.execute(
                    insert(KEYS).values(
                        key=claim.key,
                        fingerprint=claim.fingerprint,
                        order_id=claim.order_id,
                        claimed_at=claim.claimed_at,
                    )
                )
        except IntegrityError:
            return self._find(claim.key)
        return None

    def take_over(self, claim: Claim, abandoned: Claim) -> bool:
        """Take a key over from a dead instance; false when another was quicker."""
        statement = (
            update(KEYS)
            .where(
                KEYS.c.key == abandoned.key,
                KEYS.c.order_id == abandoned.order_id,
                KEYS.c.answer_status.is_(None),
            )
            .values(order_id=claim.order_id, claimed_at=claim.claimed_at)
        )
        with self._engine.begin() as connection:
            return connection.execute(statement).rowcount == 1

    def complete(self, claim: Claim, answer: Answer) -> None:
        """Keep a final answer that creates no order.

        Raises:
            LostClaimError: If the claim was taken over.
        """
        with self._engine.begin() as connection:
            record_answer(connection, claim, answer)

    def give_up(self, claim: Claim) -> None:
        """Free the key, so that a later try can succeed."""
        statement = delete(KEYS).where(
            KEYS.c.key == claim.key,
            KEYS.c.order_id == claim.order_id,
            KEYS.c.answer_status.is_(None),
        )
        with self._engine.begin() as connection:
            connection.execute(statement)

    def _find(self, key: str) -> Claim | None:
        with self._reader.connect() as connection:
            row = connection.execute(select(KEYS).where(KEYS.c.key == key)).one_or_none()
        return None if row is None else _claim(row)


def record_answer(connection: Connection, claim: Claim, answer: Answer) -> None:
    """Keep the answer in the caller's transaction, if the claim still stands.

    Raises:
        LostClaimError: If the claim was taken over.
    """
    statement = (
        update(KEYS)
        .where(
            KEYS.c.key == claim.key,
            KEYS.c.order_id == claim.order_id,
            KEYS.c.answer_status.is_(None),
        )
        .values(answer_status=answer.status, answer_body=answer.body)
    )
    if connection.execute(statement).rowcount != 1:
        raise LostClaimError(f"the claim on key {claim.key!r} was taken over")


def as_utc(moment: datetime) -> datetime:
    """Return an aware time: SQLite forgets the zone, and everything is kept in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _claim(row: Row[tuple[object, ...]]) -> Claim:
    values = row._mapping  # noqa: SLF001 - public in SQLAlchemy, underscored to avoid clashes
    status = values["answer_status"]
    return Claim(
        key=values["key"],
        fingerprint=values["fingerprint"],
        order_id=values["order_id"],
        claimed_at=as_utc(values["claimed_at"]),
        answer=None if status is None else Answer(status, values["answer_body"]),
    )
