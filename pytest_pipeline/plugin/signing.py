"""The key of a pipeline session: taken away before any test code, held by another process."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from pytest_pipeline import wiring
from pytest_pipeline.domain.injection_orders import PLUGIN
from pytest_pipeline.domain.signing import SigningScope
from pytest_pipeline.engine.signing_demands import demand_signer, refuse_unsigned, unsigned_remark
from pytest_pipeline.errors import PipelineError
from pytest_pipeline.plugin.errand import ERRAND_VARIABLE
from pytest_pipeline.plugin.options import Mode, mode_of
from pytest_pipeline.plugin.shard_names import shard_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_pipeline.domain.pipelines import Pipeline
    from pytest_pipeline.domain.revisions import Revision
    from pytest_pipeline.engine.attesting import SessionSigner
    from pytest_pipeline.engine.execution import Execution

_SIGNER = pytest.StashKey["SessionSigner"]()
_OPTION = "--pipeline-unsigned"


def take_key_away(config: pytest.Config) -> None:
    """Take the private key out of this process, and give it to the signer process.

    Raises:
        pytest.UsageError: If it is no key, or the signer process does not start.
    """
    try:
        taken = wiring.take_key()
        if taken is None:
            return
        if not _signs(config):
            taken.forget()
            return
        signer = wiring.signer_apart(taken)
    except PipelineError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[_SIGNER] = signer
    config.add_cleanup(signer.close)


def _signs(config: pytest.Config) -> bool:
    given = config.known_args_namespace
    judges = mode_of(given) in (Mode.CONTROLLER, Mode.STAGE) and ERRAND_VARIABLE not in os.environ
    return judges and not given.pipeline_unsigned


def signer_of(config: pytest.Config) -> SessionSigner | None:
    """Return what signs for this session; None for nobody."""
    return config.stash.get(_SIGNER, None)


def demand_key(
    config: pytest.Config,
    tools: wiring.WiredToolbox,
    *,
    stages: Sequence[str],
    environments: Sequence[str] = (),
) -> None:
    """Refuse to begin where what is left at the end could count nowhere.

    Raises:
        ConfigError: Naming the variable, the option or the command that leads on.
    """
    if config.pluginmanager.hasplugin(PLUGIN) or wiring.measures_baseline(os.environ):
        return  # what these leave is no evidence
    unsigned = _OPTION if config.option.pipeline_unsigned else ""
    if unsigned and (mode_of(config.option) is not Mode.STAGE or shard_of(config) is not None):
        refuse_unsigned(tools.trust, unsigned)
    signer = signer_of(config)
    demand_signer(
        tools.trust,
        signer.key if signer else None,
        unsigned=unsigned,
        stages=stages,
        environments=environments,
    )


def remark_on_unsigned(config: pytest.Config, execution: Execution, stage: str) -> None:
    """Have every output say what a stage is worth that nobody signs on purpose."""
    remark = unsigned_remark(execution.tools.trust, stage)
    if config.option.pipeline_unsigned and remark:
        execution.remarks.append(remark)


def restrict_signer(
    config: pytest.Config,
    pipeline: Pipeline,
    revision: Revision | None,
    *,
    stages: Sequence[str],
    environments: Sequence[str] = (),
) -> None:
    """Tell the signer process what this session is about: it signs nothing else from now on.

    Raises:
        SigningError: If somebody else told it before.
    """
    signer = signer_of(config)
    if signer is not None and revision is not None:
        signer.restrict(
            SigningScope(
                pipeline.name,
                revision.tree,
                tuple(stages),
                tuple(environments),
                str(shard_of(config) or ""),
            )
        )
