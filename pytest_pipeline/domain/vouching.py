"""Who vouches for what is left behind, for people: every output says it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from pytest_pipeline.domain.trust import PublicKey, Trust

_SHOWN_DIGITS = 12


@dataclass(frozen=True)
class Voucher:
    """Whose signature is on what an execution leaves.

    Attributes:
        signer: Name of the signer; None where nothing is signed, or the key is nobody's known.
        keyid: Identifier of the key; None where nothing is signed.
    """

    signer: str | None = None
    keyid: str | None = None

    @property
    def signed(self) -> bool:
        """Whether anybody vouches."""
        return self.keyid is not None

    def __str__(self) -> str:
        """Return it as ``signed by ci (key 0123456789ab)``, or ``unsigned``."""
        if self.keyid is None:
            return "unsigned"
        return f"signed by {self.signer or 'an unknown key'} (key {self.keyid[:_SHOWN_DIGITS]})"

    def summary(self) -> dict[str, object]:
        """Return it as the summary file has it."""
        return {"signed": self.signed, "signer": self.signer, "keyid": self.keyid}


#: Nobody vouches.
UNSIGNED = Voucher()


def voucher_of(trust: Trust, key: PublicKey | None) -> Voucher:
    """Return who vouches with a key; with None, nobody."""
    if key is None:
        return UNSIGNED
    known = trust.of([key.keyid])
    return Voucher(known[0].name if known else None, key.keyid)


def voucher_by(trust: Trust, keyids: Collection[str]) -> Voucher:
    """Return who vouches with signatures that hold; of several signers the first one."""
    known = trust.of(keyids)
    return Voucher(known[0].name, known[0].key.keyid) if known else UNSIGNED


def accepted(trust: Trust) -> str:
    """Say what evidence counts in a project, for people."""
    if trust.signers:
        names = ", ".join(each.name for each in trust.signers)
        return f"evidence counts when it is signed by {names}"
    here = "; here, in CI, that of other sessions counts nothing" if trust.in_ci else ""
    return f"evidence is unsigned, the project trusts no signer{here}"
