"""Who vouches, in words."""

import pytest

from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from pytest_pipeline.domain.vouching import UNSIGNED, accepted, voucher_of

KEY = PublicKey(bytes(32))
CI = Signer("ci", KEY)


def test_what_nobody_vouches_for_is_called_unsigned() -> None:
    voucher = voucher_of(Trust((CI,)), None)

    assert str(voucher) == "unsigned"
    assert voucher == UNSIGNED
    assert voucher.summary() == {"signed": False, "signer": None, "keyid": None}


def test_a_voucher_is_named_with_the_beginning_of_its_key() -> None:
    voucher = voucher_of(Trust((CI,)), KEY)

    assert str(voucher) == f"signed by ci (key {KEY.keyid[:12]})"
    assert voucher.summary() == {"signed": True, "signer": "ci", "keyid": KEY.keyid}


def test_a_key_that_nobody_knows_is_said_to_be_one() -> None:
    assert "an unknown key" in str(voucher_of(Trust(), KEY))


@pytest.mark.parametrize(
    ("trust", "said"),
    [
        (Trust((CI,)), "evidence counts when it is signed by ci"),
        (Trust(), "evidence is unsigned, the project trusts no signer"),
        (Trust(in_ci=True), "here, in CI, that of other sessions counts nothing"),
    ],
)
def test_it_is_said_what_counts(trust: Trust, said: str) -> None:
    assert said in accepted(trust)
