"""In-toto statements, version 1: what is claimed of which bytes.

The format is that of the in-toto Attestation Framework (in-toto/attestation, spec/v1).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_pipeline.domain.envelopes import canonical_json

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"

_SHA256 = "sha256:"


@dataclass(frozen=True)
class Subject:
    """What a statement is about.

    Attributes:
        name: For people, and for verifiers that look for it.
        digest: ``sha256:…``; what counts.
    """

    name: str
    digest: str


@dataclass(frozen=True)
class Statement:
    """A claim.

    Attributes:
        subjects: What it is about; at least one.
        predicate_type: What kind of claim it is, a URI.
        predicate: The claim, JSON values.
    """

    subjects: tuple[Subject, ...]
    predicate_type: str
    predicate: Mapping[str, Any]

    def to_payload(self) -> bytes:
        """Return the bytes that are signed.

        Raises:
            ValueError: If the claim holds something that is not a value of JSON.
        """
        written = {
            "_type": STATEMENT_TYPE,
            "subject": [
                {"name": each.name, "digest": {"sha256": each.digest.removeprefix(_SHA256)}}
                for each in self.subjects
            ],
            "predicateType": self.predicate_type,
            "predicate": dict(self.predicate),
        }
        return canonical_json(written).encode()


def statement_from_payload(payload: bytes) -> Statement:
    """Read a statement.

    Raises:
        ValueError: If it is none.
    """
    try:
        data = json.loads(payload)
        if data["_type"] != STATEMENT_TYPE:
            raise ValueError(f"not an in-toto statement, version 1: _type is {data['_type']!r}")
        subjects = tuple(
            Subject(str(each["name"]), _SHA256 + str(each["digest"]["sha256"]))
            for each in data["subject"]
        )
        predicate = data["predicate"]
        if not subjects or not isinstance(predicate, dict):
            raise ValueError("an in-toto statement needs a subject and a predicate")
        return Statement(subjects, str(data["predicateType"]), predicate)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an in-toto statement: {error!r}") from error
