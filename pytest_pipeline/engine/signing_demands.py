"""Whether this session may begin, for the key that it has or lacks."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_pipeline.domain.trust import PublicKey, Signer, Trust
from pytest_pipeline.errors import ConfigError

#: What holds the private key, and what names a file that does.
KEY_VARIABLE = "PYTEST_PIPELINE_KEY"
KEY_FILE_VARIABLE = "PYTEST_PIPELINE_KEY_FILE"

#: A key that was read tells nobody any more which of them it came by.
_GIVEN = f"the key at hand ({KEY_VARIABLE}, {KEY_FILE_VARIABLE} or --key)"


def demand_signer(
    trust: Trust,
    key: PublicKey | None,
    *,
    unsigned: str = "",
    stages: Sequence[str] = (),
    environments: Sequence[str] = (),
) -> None:
    """Refuse to begin where what is left at the end could count nowhere.

    Args:
        trust: Whom the project believes.
        key: The public half of the key at hand; None for none.
        unsigned: The option that asked for unsigned evidence; empty when nobody did.
        stages: Names of the stages whose evidence is to be signed.
        environments: Names of the environments whose promotions are.

    Raises:
        ConfigError: Naming the variable, the option or the command that leads on.
    """
    if key is None:
        _demand_none_needed(trust, unsigned)
        return
    known = trust.of([key.keyid])
    if not known:
        raise ConfigError(
            f"{_GIVEN}: got the private half of {key}, which the configuration does not "
            f"trust: pytest-pipeline keys trust NAME {key} adds it; or take the key of a signer "
            f"({_names(trust.signers)})"
        )
    _demand_vouching(known[0], stages, environments)


def refuse_unsigned(trust: Trust, option: str) -> None:
    """Refuse to leave in CI what nobody signs there, and nobody could sign later.

    Args:
        trust: Whom the project believes.
        option: The option that asked for it.

    Raises:
        ConfigError: Naming what leads on.
    """
    if trust.in_ci:
        raise ConfigError(
            f"{option} is for one's own machine, and for a whole stage on its own that another "
            "job signs (pytest-pipeline sign STAGE); the variable CI is set: drop it, and where "
            f"the project trusts signers, give the job {KEY_VARIABLE} as a secret"
        )


def unsigned_remark(trust: Trust, stage: str) -> str:
    """Return what is to be known of a stage that nobody signs on purpose; empty for nothing."""
    if not trust.signers:
        return ""
    return (
        f"stage {stage} is unsigned: its evidence counts for nothing until "
        f"`pytest-pipeline sign {stage}` signed it"
    )


def _demand_none_needed(trust: Trust, unsigned: str) -> None:
    if trust.signers and not unsigned:
        raise ConfigError(
            f"this project trusts signers ({_names(trust.signers)}), and there is no key to sign "
            f"with: set {KEY_VARIABLE} to it, or {KEY_FILE_VARIABLE} to a file that holds it; "
            "pytest --pipeline-unsigned does without, and what it leaves counts nowhere else until "
            "pytest-pipeline sign STAGE signed it"
        )


def _demand_vouching(signer: Signer, stages: Sequence[str], environments: Sequence[str]) -> None:
    beyond = [f"stage {each}" for each in stages if not signer.vouches_for_stage(each)]
    beyond += [
        f"environment {each}" for each in environments if not signer.vouches_for_environment(each)
    ]
    if beyond:
        raise ConfigError(
            f"{_GIVEN}: got the key of signer {signer.name!r}, which the configuration does "
            f"not trust for {', '.join(beyond)}: widen [evidence.signers.{signer.name}], or take "
            "the key of another signer"
        )


def _names(signers: Sequence[Signer]) -> str:
    return ", ".join(each.name for each in signers) or "none is configured"
