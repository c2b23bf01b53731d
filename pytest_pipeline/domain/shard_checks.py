"""Whether shards make up a stage: one that is missing, or not of the same cut, refuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.naming_some import some_of
from pytest_pipeline.domain.redaction import REDACTED
from pytest_pipeline.domain.revisions import short_commit
from pytest_pipeline.domain.shard_cuts import digest_of_ids
from pytest_pipeline.domain.shard_statements import AttestedShard
from pytest_pipeline.domain.shards import Shard, all_shards
from pytest_pipeline.domain.trust import Trust

_NAMED = 3


@dataclass(frozen=True)
class WantedShards:
    """The stage that is to be joined.

    Attributes:
        stage: Its name.
        policy: Digest of its gate as configured now (`evidence.policy_digest`).
        revision_tree: Digest of the revision's tree.
        artifact: Digest of the artifact; None where nothing is built.
        trust: Who is believed.
        path: Path of the service root as the user wrote it, for the commands that are proposed.
    """

    stage: str
    policy: str
    revision_tree: str
    artifact: str | None
    trust: Trust
    path: str = ""

    def about(self, shard: AttestedShard) -> bool:
        """Return whether a shard is of this very revision and artifact."""
        run = shard.run
        return (run.revision_tree, run.artifact) == (self.revision_tree, self.artifact)

    def command(self, shard: Shard | str) -> str:
        """Return the command that provides a shard."""
        return f"pytest --pipeline-stage={self.stage} --pipeline-shard={shard} {self.path}".rstrip()


def chosen_total(
    wanted: WantedShards, found: Sequence[AttestedShard], asked: int | None
) -> tuple[int | None, str]:
    """Return into how many shards the stage was cut, and why that is not known.

    Args:
        wanted: What is to be joined.
        found: All shards of the stage that are here.
        asked: What the user says; None for nothing.
    """
    if asked is not None:
        return asked, ""
    totals = sorted({each.run.shard.total for each in found if wanted.about(each)})
    if len(totals) > 1:
        counted = " and ".join(map(str, totals))
        command = f"pytest-pipeline join {wanted.stage} --shards {totals[-1]}"
        return None, (
            f"shards of {wanted.stage} that was cut into {counted} are here: say which, {command}"
        )
    if not totals:
        others = _elsewhere(wanted, found)
        return None, (
            f"no shard of {wanted.stage} is here for this revision and artifact{others}: run "
            f"{wanted.command('K/N')} for each of them, or hand over their .pipeline/shards and "
            "reports"
        )
    return totals[0], ""


def shard_problems(
    wanted: WantedShards, found: Sequence[AttestedShard], total: int
) -> tuple[str, ...]:
    """Return why shards do not make up a stage; empty when they may.

    Args:
        wanted: What is to be joined.
        found: All shards of the stage that are here.
        total: Into how many it was cut.
    """
    there = {each.run.shard: each for each in found if wanted.about(each)}
    shards = all_shards(total)
    problems = [_missing(wanted, shard, found) for shard in shards if shard not in there]
    here = [there[shard] for shard in shards if shard in there]
    for each in here:
        problems += filter(None, (_distrusted(wanted, each), _other_policy(wanted, each)))
    return (*problems, *_unlike(wanted, here))


def id_problems(
    stage: str, collected: int, listed: str, ids: Mapping[Shard, Sequence[str]]
) -> tuple[str, ...]:
    """Return why the tests of all shards are not those of the stage; empty when they are.

    Args:
        stage: Its name.
        collected: Tests that every shard collected; count.
        listed: Digest of their ids, as every shard says.
        ids: What each shard was to run, by its report.
    """
    times = Counter(nodeid for each in ids.values() for nodeid in each)
    twice = sorted(nodeid for nodeid, count in times.items() if count > 1)
    if twice:
        return (f"tests of {stage} are in two shards: {some_of(twice, _NAMED)}",)
    if times.total() != collected:
        return (f"{collected} tests of {stage} were collected, and {len(times)} are in a shard",)
    hidden = any(REDACTED in nodeid for nodeid in times)  # whose digest nobody can know
    if not hidden and digest_of_ids(list(times)) != listed:
        return (f"the tests in the shards of {stage} are not those that were collected",)
    return ()


def _missing(wanted: WantedShards, shard: Shard, found: Sequence[AttestedShard]) -> str:
    others = _elsewhere(wanted, [each for each in found if each.run.shard == shard])
    return (
        f"shard {shard} of {wanted.stage} is missing{others}: run {wanted.command(shard)}, or hand "
        "over its .pipeline/shards and reports"
    )


def _elsewhere(wanted: WantedShards, found: Sequence[AttestedShard]) -> str:
    """Say that there are some of another revision or artifact; empty where there are none."""
    strangers = [each.run for each in found if not wanted.about(each)]
    if not strangers:
        return ""
    newest = max(strangers, key=lambda each: each.created)
    if newest.revision_tree != wanted.revision_tree:
        commit = f", commit {short_commit(newest.commit)}" if newest.commit else ""
        return f" (it was run on another revision{commit})"
    return " (it was run on another artifact)"


def _distrusted(wanted: WantedShards, shard: AttestedShard) -> str:
    """Say why nobody who is trusted vouches for a shard; empty when somebody does."""
    trust, name = wanted.trust, shard.run.name
    again = f"run {wanted.command(shard.run.shard)}"
    if not trust.wants_signatures:
        return ""
    known = trust.of(shard.keyids)
    if any(each.vouches_for_stage(wanted.stage) for each in known):
        return ""
    if not shard.envelope.signatures:
        return f"{name} is not signed: {again} where PYTEST_PIPELINE_KEY is set"
    if not known:
        return f"{name} is signed by nobody who is known here: {again} with a known key"
    names = ", ".join(each.name for each in known)
    return f"{name} is signed by {names}, who may not sign {wanted.stage}: {again} with another key"


def _other_policy(wanted: WantedShards, shard: AttestedShard) -> str:
    if shard.run.policy == wanted.policy:
        return ""
    return (
        f"the gate of stage {wanted.stage} or the quarantine was changed since "
        f"{shard.run.name} was run: run {wanted.command(shard.run.shard)}"
    )


def _unlike(wanted: WantedShards, here: Sequence[AttestedShard]) -> tuple[str, ...]:
    """Say in what the shards differ that they must have in common."""
    cuts = {str(each.run.shard): each.run.cut for each in here}
    again = f"run all of them again with the same .pipeline/durations: {wanted.command('K/N')}"
    if len(set(cuts.values())) > 1:
        tests = {shard: str(cut.collected) for shard, cut in cuts.items()}
        if len({cut.listed for cut in cuts.values()}) > 1:
            return (f"the shards were cut differently: not of the same tests ({_all(tests)})",)
        marks = {shard: _short(cut.fingerprint) for shard, cut in cuts.items()}
        return (f"the shards were cut differently: fingerprints {_all(marks)}; {again}",)
    versions = {str(each.run.shard): each.run.interpreter for each in here}
    if len(set(versions.values())) > 1:
        return (f"the shards ran on different versions of Python: {_all(versions)}",)
    differing = _differing([each.run.distributions for each in here])
    if differing:
        named = some_of(differing, _NAMED)
        return (f"the shards ran with different distributions installed: {named}",)
    return ()


def _differing(installed: Collection[Mapping[str, str]]) -> list[str]:
    """Return the names of distributions that are not everywhere the same."""
    names = sorted({name for each in installed for name in each})
    return [name for name in names if len({each.get(name) for each in installed}) > 1]


def _all(by_shard: Mapping[str, str]) -> str:
    """Return what the shards say, those together that say the same: ``1/3, 2/3: 7; 3/3: 8``."""
    grouped: dict[str, list[str]] = {}
    for shard, said in by_shard.items():
        grouped.setdefault(said, []).append(shard)
    return "; ".join(f"{some_of(shards)}: {said}" for said, shards in grouped.items())


def _short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]
