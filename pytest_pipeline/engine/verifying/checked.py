"""By what a folder is measured, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.folder_entries import Entry
from pytest_pipeline.domain.handover_index import HandoverIndex
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.domain.verification import Verification
from pytest_pipeline.engine.attesting import SignatureVerifier
from pytest_pipeline.engine.verifying.promotions import PromotionFile
from pytest_pipeline.engine.verifying.shards import ShardFile
from pytest_pipeline.engine.verifying.stages import StageFile


@dataclass(frozen=True)
class Believed:
    """By whom and by what a folder is measured.

    Attributes:
        trust: Who is believed.
        verifier: Checks signatures.
        service: Name of the service that it has to be of; empty for any.
        stages: Stages as they are configured here, by name; empty where nobody knows.
    """

    trust: Trust
    verifier: SignatureVerifier
    service: str = ""
    stages: Mapping[str, Stage] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckedFolder:
    """A folder that was checked.

    Attributes:
        verification: What the check came to.
        entries: What it consists of, as it was then.
        index: Its index; None where there is none, or none that can be read.
        stages: Its evidence.
        promotions: Its promotions.
        shards: Its shards.
        revisions: Digests of the trees whose files it holds.
        manifests: Artifacts that are what was built, by digest.
    """

    verification: Verification
    entries: tuple[Entry, ...]
    index: HandoverIndex | None = None
    stages: tuple[StageFile, ...] = ()
    promotions: tuple[PromotionFile, ...] = ()
    shards: tuple[ShardFile, ...] = ()
    revisions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    manifests: Mapping[str, Manifest] = field(default_factory=dict)
