"""What a shard leaves, as a statement of its own kind: a part of a stage is no stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_pipeline.domain.envelopes import Envelope
from pytest_pipeline.domain.in_toto import Statement, Subject, statement_from_payload
from pytest_pipeline.domain.said_twice import demand_agreement
from pytest_pipeline.domain.shards import Shard

#: What the claim of a shard is called.
SHARD_RUN = "urn:pytest-pipeline-gates:shard:v1"


@dataclass(frozen=True)
class CutClaim:
    """How a shard says that its stage was cut.

    Attributes:
        fingerprint: See `shard_cuts.Cut`; parts of one cut have the same.
        listed: Digest of the ids of all tests of the stage (`shard_cuts.digest_of_ids`).
        collected: All tests of the stage; count.
    """

    fingerprint: str
    listed: str
    collected: int


@dataclass(frozen=True)
class ShardRun:
    """What a shard came to; nobody has judged it yet.

    Attributes:
        stage: Name of the stage.
        shard: Which part of it.
        cut: How the stage was cut.
        revision_tree: Digest of the revision's tree.
        commit: Commit id; None outside a git work tree.
        dirty: Whether the revision differed from its commit.
        artifact: Digest of the artifact; None for a service that builds none.
        policy: Digest of the gate's policy (`evidence.policy_digest`).
        report: Digest of the report: what every test and attempt came to.
        tests: Digest of the ids that it was to run.
        recorded: Measures that its tests recorded, sorted.
        resources: See `evidence.Evidence`. So are the following.
        images: Resource name to the digest of its container image.
        interpreter: Version of the Python that ran the tests.
        distributions: Installed distributions, name to version.
        execution: Identifier of the execution.
        created: When, ISO 8601 in UTC.
    """

    stage: str
    shard: Shard
    cut: CutClaim
    revision_tree: str
    commit: str | None
    dirty: bool
    artifact: str | None
    policy: str
    report: str
    tests: str
    recorded: tuple[str, ...]
    resources: Mapping[str, str]
    interpreter: str
    distributions: Mapping[str, str]
    execution: str
    created: str
    images: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What people call it, ``shard 2/5 of unit``."""
        return f"shard {self.shard} of {self.stage}"


@dataclass(frozen=True)
class AttestedShard:
    """A shard's claim as it was found.

    Attributes:
        run: What it claims.
        envelope: What it was read from.
        keyids: Keys of known signers whose signatures on it were checked, and hold.
    """

    run: ShardRun
    envelope: Envelope
    keyids: frozenset[str] = frozenset()

    @property
    def digest(self) -> str:
        """Digest of the statement, ``sha256:…``."""
        return self.envelope.digest


def shard_statement(run: ShardRun) -> Statement:
    """Return the statement of a shard; its subject is the artifact, or the tree without one."""
    name, digest = ("artifact", run.artifact) if run.artifact else ("revision", run.revision_tree)
    cut = run.cut
    own = {
        "stage": run.stage,
        "shard": {"number": run.shard.number, "total": run.shard.total},
        "cut": {"fingerprint": cut.fingerprint, "listed": cut.listed, "collected": cut.collected},
        "revision_tree": run.revision_tree,
        "commit": run.commit,
        "dirty": run.dirty,
        "artifact": run.artifact,
        "policy": run.policy,
        "report": run.report,
        "tests": run.tests,
        "recorded": list(run.recorded),
        "resources": dict(run.resources),
        "images": dict(run.images),
        "interpreter": run.interpreter,
        "distributions": dict(run.distributions),
        "execution": run.execution,
        "created": run.created,
    }
    return Statement((Subject(name, digest),), SHARD_RUN, {"pipeline": own})


def shard_run_from(statement: Statement) -> ShardRun:
    """Read what a shard claims.

    Raises:
        ValueError: If the statement is none of a shard, contradicts itself, or is of a newer
            version.
    """
    if statement.predicate_type != SHARD_RUN:
        raise ValueError(f"not of a shard: a statement of type {statement.predicate_type!r}")
    try:
        run = _read(statement.predicate["pipeline"])
        again = shard_statement(run)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not of a shard: {error!r}") from error
    demand_agreement(statement, again, "not of a shard")
    return run


def shard_in(envelope: Envelope) -> ShardRun:
    """Read the claim of a shard from an envelope; nobody has checked its signatures.

    Raises:
        ValueError: If there is none in it, or its bytes are not those it is written as.
    """
    statement = statement_from_payload(envelope.payload)
    run = shard_run_from(statement)
    plain = Envelope(envelope.payload, envelope.signatures)
    if statement.to_payload() != envelope.payload or envelope != plain:
        raise ValueError("not written as statements are here: it was changed after it was made")
    return run


def _read(claimed: Mapping[str, Any]) -> ShardRun:
    shard, cut = claimed["shard"], claimed["cut"]
    return ShardRun(
        stage=str(claimed["stage"]),
        shard=Shard(int(shard["number"]), int(shard["total"])),
        cut=CutClaim(str(cut["fingerprint"]), str(cut["listed"]), int(cut["collected"])),
        revision_tree=str(claimed["revision_tree"]),
        commit=claimed["commit"],
        dirty=bool(claimed["dirty"]),
        artifact=claimed["artifact"],
        policy=str(claimed["policy"]),
        report=str(claimed["report"]),
        tests=str(claimed["tests"]),
        recorded=tuple(map(str, claimed["recorded"])),
        resources=_texts(claimed["resources"]),
        images=_texts(claimed["images"]),
        interpreter=str(claimed["interpreter"]),
        distributions=_texts(claimed["distributions"]),
        execution=str(claimed["execution"]),
        created=str(claimed["created"]),
    )


def _texts(written: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(text) for name, text in written.items()}
