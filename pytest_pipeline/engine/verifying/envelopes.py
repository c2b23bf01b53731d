"""Reads files of statements, and finds out who vouches for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_pipeline.domain.envelopes import PAYLOAD_TYPE, Envelope, envelope_from_json
from pytest_pipeline.domain.in_toto import Statement, statement_from_payload
from pytest_pipeline.domain.trust import Signer, Trust
from pytest_pipeline.domain.verification import Check, FolderProblem
from pytest_pipeline.engine.attesting import SignatureVerifier

FETCH = "fetch it anew from the job that wrote it"
_KEY_SHOWN = 16
_DOUBTS = (Check.SIGNER, Check.UNSIGNED)


@dataclass(frozen=True)
class StatementFile:
    """A file that holds a statement.

    Attributes:
        path: Where it stands.
        envelope: What it holds.
        statement: What is claimed.
        signers: Known signers whose signatures on it hold.
        problems: What is wrong with the envelope or its signatures.
    """

    path: str
    envelope: Envelope
    statement: Statement
    signers: tuple[Signer, ...]
    problems: tuple[FolderProblem, ...]

    @property
    def signed_by(self) -> tuple[str, ...]:
        """Names of the signers."""
        return tuple(each.name for each in self.signers)

    @property
    def doubts(self) -> tuple[FolderProblem, ...]:
        """Problems that are none where something else vouches for the statement."""
        return tuple(each for each in self.problems if each.check in _DOUBTS)

    @property
    def flaws(self) -> tuple[FolderProblem, ...]:
        """Problems whoever vouches for the statement."""
        return tuple(each for each in self.problems if each.check not in _DOUBTS)


def read_statement(
    path: str, content: bytes, trust: Trust, verifier: SignatureVerifier
) -> StatementFile:
    """Read a file of a statement.

    Raises:
        ValueError: If it is none, or not written as they are.
    """
    envelope = envelope_from_json(content.decode("utf-8"))
    statement = statement_from_payload(envelope.payload)
    if statement.to_payload() != envelope.payload:
        raise ValueError("its statement is not written as statements are here")
    signers, problems = checked_signatures(path, envelope, trust, verifier)
    if envelope.payload_type != PAYLOAD_TYPE:
        meaning = f"holds {envelope.payload_type!r}, wanted {PAYLOAD_TYPE!r}"
        problems = (*problems, FolderProblem(path, Check.FORMAT, meaning, FETCH))
    return StatementFile(path, envelope, statement, signers, problems)


def unreadable(path: str, error: ValueError) -> FolderProblem:
    """Return the problem of a file that could not be read."""
    return FolderProblem(path, Check.FORMAT, str(error), FETCH)


def checked_signatures(
    path: str, envelope: Envelope, trust: Trust, verifier: SignatureVerifier
) -> tuple[tuple[Signer, ...], tuple[FolderProblem, ...]]:
    """Return whose signatures hold, and what is wrong with the others.

    Raises:
        MissingExtraError: If what checks signatures is not installed.
    """
    if not envelope.signatures:
        return (), (unsigned(path),) if trust.wants_signatures else ()
    held = verifier.verified(envelope, trust.keys) if trust.signers else frozenset()
    return trust.of(held), tuple(_signature_problems(path, envelope, trust, held))


def unsigned(path: str) -> FolderProblem:
    """Return the problem of a statement that nobody signed."""
    return FolderProblem(
        path,
        Check.UNSIGNED,
        "is not signed: anybody can have written it",
        "have the job that writes it sign it (pytest-pipeline keys new), or sign the stage again "
        "(pytest-pipeline sign STAGE)",
    )


def _signature_problems(
    path: str, envelope: Envelope, trust: Trust, held: frozenset[str]
) -> Iterator[FolderProblem]:
    names = {each.key.keyid: each.name for each in trust.signers}
    seen: set[str] = set()
    for each in envelope.signatures:
        if each.keyid in seen:
            meaning = f"is signed twice by the same key, {each.keyid[:_KEY_SHOWN]}…"
            yield FolderProblem(path, Check.SIGNATURE, meaning, FETCH)
        elif each.keyid in names and each.keyid not in held:
            meaning = f"the signature of {names[each.keyid]} does not hold: it was altered since"
            yield FolderProblem(path, Check.SIGNATURE, meaning, FETCH)
        elif each.keyid not in names and trust.wants_signatures:
            meaning = f"is signed by a key that nobody trusts here, {each.keyid[:_KEY_SHOWN]}…"
            remedy = (
                "trust it if you know whose it is (pytest-pipeline keys trust), else fetch it anew "
                "from a job that you trust"
            )
            yield FolderProblem(path, Check.SIGNER, meaning, remedy)
        seen.add(each.keyid)
