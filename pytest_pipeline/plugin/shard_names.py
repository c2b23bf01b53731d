"""Finds out which part of a stage ``--pipeline-shard`` names."""

from __future__ import annotations

import os
from collections.abc import Mapping

import pytest

from pytest_pipeline.domain.shards import Shard, shard_from

_AUTO = "auto"
#: GitLab's for a job with `parallel: N`.
_INDEX, _TOTAL = "CI_NODE_INDEX", "CI_NODE_TOTAL"


def shard_of(config: pytest.Config) -> Shard | None:
    """Return the part of the stage that this session runs; None for all of it.

    Raises:
        pytest.UsageError: If the option names none.
    """
    given: str | None = config.option.pipeline_shard
    if given is None:
        return None
    text = _of_variables(os.environ) if given == _AUTO else given
    try:
        return shard_from(text)
    except ValueError as error:
        of = f" ({_INDEX}/{_TOTAL})" if given == _AUTO else ""
        raise pytest.UsageError(f"--pipeline-shard={given}{of}: {error}") from error


def _of_variables(environ: Mapping[str, str]) -> str:
    index, total = environ.get(_INDEX, ""), environ.get(_TOTAL, "")
    if not (index and total):
        raise pytest.UsageError(
            f"--pipeline-shard={_AUTO}: wanted the variables {_INDEX} and {_TOTAL}, which GitLab "
            f"sets in a job with parallel: N; got {index!r} and {total!r}; elsewhere give K/N, "
            "such as 2/5"
        )
    return f"{index}/{total}"
