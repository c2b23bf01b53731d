"""Promotions and approvals as files, which a CI system can pass from job to job."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from urllib.parse import quote, unquote

from pytest_pipeline.domain.envelopes import Envelope, envelope_from_json
from pytest_pipeline.domain.promotion_statements import promotion_in
from pytest_pipeline.domain.promotions import AttestedPromotion
from pytest_pipeline.domain.trust import PublicKey
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.errors import EvidenceError, StateError

_HEX_SHOWN = 16


class PromotionFolder:
    """The `PromotionStore` of a folder.

    ::

        promotions/<environment>/000001.json
        approvals/<environment>/<digest>.json    first 16 digits of the statement's

    Args:
        folder: The state folder; made when the first promotion is added.
        verifier: Checks signatures.
        keys: Keys whose signatures are looked for.
    """

    def __init__(
        self, folder: Path, verifier: SignatureVerifier, keys: tuple[PublicKey, ...] = ()
    ) -> None:
        self._promotions = folder.absolute() / "promotions"
        self._approvals = folder.absolute() / "approvals"
        self._verifier = verifier
        self._keys = keys

    def promotions(self, environment: str) -> tuple[AttestedPromotion, ...]:
        """Return the promotions of an environment, the first one first; see the port."""
        found = []
        for path in sorted(_inside(self._promotions, environment).glob("*.json")):
            each = self._promotion(path)
            promotion = each.promotion
            if (promotion.environment, _name(promotion.sequence)) != (environment, path.name):
                raise EvidenceError(
                    f"{path} holds promotion {promotion.sequence} to {promotion.environment}: "
                    "fetch the folder anew from the job that wrote it"
                )
            found.append(each)
        return tuple(found)

    def environments(self) -> tuple[str, ...]:
        """Return the names of the environments that have promotions, sorted."""
        return tuple(sorted(unquote(each.name) for each in self._promotions.glob("*")))

    def add(self, envelope: Envelope) -> None:
        """Store a promotion under its number; see the port."""
        promotion = promotion_in(envelope)
        folder = _inside(self._promotions, promotion.environment)
        _write_new(folder / _name(promotion.sequence), envelope.to_json())

    def approvals(self, environment: str) -> tuple[Envelope, ...]:
        """Return the approvals of an environment's policies, as they were found."""
        folder = _inside(self._approvals, environment)
        return tuple(_read(path) for path in sorted(folder.glob("*.json")))

    def approve(self, environment: str, envelope: Envelope) -> None:
        """Store an approval; one that is there already stays."""
        digest = envelope.digest.removeprefix("sha256:")[:_HEX_SHOWN]
        path = _inside(self._approvals, environment) / f"{digest}.json"
        if not path.exists():
            _write_new(path, envelope.to_json())

    def _promotion(self, path: Path) -> AttestedPromotion:
        envelope = _read(path)
        try:
            promotion = promotion_in(envelope)
        except ValueError as error:
            raise _unreadable(path, error) from error
        keyids = self._verifier.verified(envelope, self._keys) if self._keys else frozenset()
        return AttestedPromotion(promotion, envelope, keyids)


def _inside(folder: Path, name: str) -> Path:
    return folder / quote(name, safe="").replace(".", "%2E")


def _name(sequence: int) -> str:
    return f"{sequence:06d}.json"


def _read(path: Path) -> Envelope:
    try:
        return envelope_from_json(path.read_bytes().decode())
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> EvidenceError:
    return EvidenceError(f"cannot read {path}: {error}; fetch it anew from the job that wrote it")


def _write_new(path: Path, text: str) -> None:
    """Write a file that must not be there yet, so that readers and a crash find all or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=".writing-"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            os.link(file.name, path)
    except FileExistsError as error:
        raise StateError(
            f"cannot write {path}: it is there already; another job promoted meanwhile: fetch its "
            "folder and promote again"
        ) from error
    except OSError as error:
        raise StateError(
            f"cannot write {path}: {error.strerror}; make the folder writable and see to free space"
        ) from error
