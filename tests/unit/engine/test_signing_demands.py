"""Who may begin, with which key."""

import pytest

from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from pytest_pipeline.engine.signing_demands import demand_signer, refuse_unsigned, unsigned_remark
from pytest_pipeline.errors import ConfigError

KEY, OTHER = PublicKey(bytes(32)), PublicKey(bytes(31) + b"1")
CI = Signer("ci", KEY, stages=("unit", "comp*"), environments=("staging",))
OPTION = "--pipeline-unsigned"


@pytest.mark.parametrize(
    ("trust", "key", "unsigned"),
    [
        pytest.param(Trust(), None, "", id="a project without signers needs no key"),
        pytest.param(Trust(in_ci=True), None, "", id="nor does it in CI"),
        pytest.param(Trust(), None, OPTION, id="nor does the option hurt"),
        pytest.param(Trust((CI,)), None, OPTION, id="one with signers does without when asked"),
        pytest.param(Trust((CI,), in_ci=True), None, OPTION, id="so does one in CI"),
        pytest.param(Trust((CI,), in_ci=True), KEY, "", id="a trusted key"),
    ],
)
def test_these_begin(trust: Trust, key: PublicKey | None, unsigned: str) -> None:
    demand_signer(
        trust, key, unsigned=unsigned, stages=["unit", "component"], environments=["staging"]
    )


@pytest.mark.parametrize(
    ("trust", "key", "unsigned", "said"),
    [
        (
            Trust((CI,)),
            None,
            "",
            r"trusts signers \(ci\), and there is no key.*--pipeline-unsigned",
        ),
        (Trust((CI,)), OTHER, "", rf"_KEY_FILE or --key\): got the private half of {OTHER}"),
        (Trust((CI,)), OTHER, "", f"does not trust: pytest-pipeline keys trust NAME {OTHER}"),
        (Trust(), KEY, "", f"keys trust NAME {KEY}"),
    ],
)
def test_these_are_refused(trust: Trust, key: PublicKey | None, unsigned: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        demand_signer(trust, key, unsigned=unsigned)


@pytest.mark.parametrize("signers", [(), (CI,)])
def test_what_no_other_job_can_sign_is_refused_in_ci_alone(signers: tuple[Signer, ...]) -> None:
    refuse_unsigned(Trust(signers), OPTION)

    with pytest.raises(ConfigError, match=f"{OPTION} is for one's own machine"):
        refuse_unsigned(Trust(signers, in_ci=True), OPTION)


def test_what_counts_for_nothing_yet_says_who_makes_it_count() -> None:
    assert "until `pytest-pipeline sign unit`" in unsigned_remark(Trust((CI,)), "unit")
    assert not unsigned_remark(Trust(in_ci=True), "unit"), "nobody could sign it"


def test_a_key_is_refused_for_what_it_is_not_trusted_with() -> None:
    with pytest.raises(ConfigError, match="for stage e2e, environment production: widen"):
        demand_signer(
            Trust((CI,)), KEY, stages=["unit", "e2e"], environments=["staging", "production"]
        )
