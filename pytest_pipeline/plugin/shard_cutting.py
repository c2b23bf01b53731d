"""Leaves the tests of one shard of a stage, in every process that collects."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import pytest

from pytest_pipeline.domain.recorded_durations import durations_from_json, durations_to_json
from pytest_pipeline.domain.shard_cuts import CollectedTest, cut
from pytest_pipeline.domain.shard_statements import CutClaim
from pytest_pipeline.domain.shards import shard_from
from pytest_pipeline.plugin.errand import Errand

#: What a session that collects leaves in the hand-off's folder.
_PREFIX = "cut-"


class ShardCutting:
    """A plugin that cuts what all others left of the stage, whatever order they left it in.

    Attributes:
        elsewhere: Ids of the tests that other shards run.
    """

    def __init__(self, errand: Errand, *, worker: str | None) -> None:
        self._errand = errand
        self._worker = worker
        self.elsewhere: frozenset[str] = frozenset()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> Generator[None]:
        """Keep the tests of the shard."""
        yield
        shard = shard_from(self._errand.shard)
        tests = [CollectedTest(item.nodeid, _line(item)) for item in items]
        made = cut(tests, _durations(self._errand), shard.total)
        self._note(CutClaim(made.fingerprint, made.listed, len(made.ids)))
        own = frozenset(made.part(shard.number))
        self.elsewhere = frozenset(made.ids) - own
        others = [item for item in items if item.nodeid not in own]
        items[:] = [item for item in items if item.nodeid in own]
        if others:
            config.hook.pytest_deselected(items=others)

    def _note(self, claim: CutClaim) -> None:
        if self._errand.handoff is not None:
            folder = Path(self._errand.handoff.folder)
            name = f"{_PREFIX}{self._worker or 'main'}.json"
            (folder / name).write_text(json.dumps(asdict(claim)))


def keep_durations(errand: Errand, folder: Path) -> str:
    """Return a file with the durations to cut by, which stays as it is while the stage runs."""
    file = folder / "durations.json"
    file.write_text(durations_to_json(_durations(errand)), encoding="utf-8")
    return str(file)


def claimed_cut(folder: Path) -> CutClaim | None:
    """Return how the processes of a stage say that it was cut; None where they do not agree.

    Args:
        folder: That of the stage's hand-off.
    """
    claims = _claims(folder)
    return claims.pop() if len(claims) == 1 else None


def cut_problems(folder: Path) -> list[str]:
    """Say that the processes of a stage do not agree on how it was cut; empty when they do.

    Args:
        folder: That of the stage's hand-off.
    """
    claims = _claims(folder)
    if len(claims) == 1:
        return []
    if not claims:
        return ["the stage was not cut into shards: nothing was collected to its end"]
    counts = " and ".join(str(each.collected) for each in claims)
    return [f"workers cut the stage differently: of {counts} tests"]


def _claims(folder: Path) -> set[CutClaim]:
    paths = folder.glob(f"{_PREFIX}*.json")
    return {CutClaim(**json.loads(path.read_text())) for path in paths}


def _durations(errand: Errand) -> Mapping[str, float]:
    with suppress(OSError, ValueError):
        return durations_from_json(Path(errand.durations).read_text(encoding="utf-8"))
    return {}


def _line(item: pytest.Item) -> int:
    return item.reportinfo()[1] or 0
