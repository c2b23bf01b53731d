"""A service with five stages, an artifact and promotions, as files; no test is run for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline import config
from pytest_pipeline.adapters.artifact_folder import ArtifactFolder
from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.evidence_files import DiskExport, DiskFolder
from pytest_pipeline.adapters.promotion_folder import PromotionFolder
from pytest_pipeline.adapters.source_tree import DiskSourceTree
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.envelopes import Envelope, canonical_json, sha256_of
from pytest_pipeline.domain.evidence import Evidence, policy_digest
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.promotion_statements import promotion_statement
from pytest_pipeline.domain.promotions import Promotion, PromotionInput
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_reports import report_text
from pytest_pipeline.domain.stage_results import judge_stage
from pytest_pipeline.domain.stage_statements import stage_statement
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.test_outcomes import TestOutcome
from pytest_pipeline.domain.test_records import TestAttempt, TestRecord
from pytest_pipeline.domain.trust import Trust
from pytest_pipeline.engine.attesting import StatementSigner, attest
from pytest_pipeline.engine.evidence_layout import (
    OTHERS,
    evidence_path,
    report_path,
    revision_path,
)
from pytest_pipeline.engine.exporting import Exported, Wanted, export_folder
from pytest_pipeline.engine.sufficing import Demanding
from pytest_pipeline.engine.verifying import Believed, CheckedFolder, check_folder
from tests.integration.verifying.signing import CI

STAGES = ("unit", "component", "integration", "e2e", "performance")
NOW = "2026-11-23T12:00:00+00:00"
EARLIER = "2026-11-23T11:00:00+00:00"

CONFIGURED = """
name = "orders"
[build]
kind = "command"
command = ["./build.sh", "{output}"]
[run]
command = ["./serve", "{port}"]
[stages.unit]
[stages.component]
[stages.integration]
environment = "staging"
[stages.e2e]
environment = "staging"
[stages.performance]
environment = "staging"
[environments.staging]
[environments.production]
"""
TRUSTED = f"""
[evidence.signers.ci]
key = "{CI.key}"
"""


@dataclass(frozen=True)
class Sample:
    """The service, in a folder of its own.

    Attributes:
        root: The service root.
        signer: Signs whatever is written; None for nobody.
    """

    root: Path
    signer: StatementSigner | None = CI

    @property
    def state(self) -> Path:
        """The state folder."""
        return self.root / ".pipeline"

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline, as configured."""
        return config.load(self.root)

    @property
    def believed(self) -> Believed:
        """By whom and by what its folders are measured."""
        pipeline = self.pipeline
        return Believed(
            Trust(pipeline.signers),
            DsseVerifier(),
            pipeline.name,
            {each.name: each for each in pipeline.stages},
        )

    def configure(self) -> Sample:
        """Write the configuration; without a signer nobody is trusted."""
        self.root.mkdir(parents=True, exist_ok=True)
        text = CONFIGURED + (TRUSTED if self.signer else "")
        (self.root / "pipeline.toml").write_text(text, encoding="utf-8")
        return self

    def built(self, revision: Revision) -> str:
        """Return the artifact of a revision; it is built."""
        output = self.root / "output"
        (output / "lib").mkdir(parents=True)
        (output / "serve").write_text(f"#!/bin/sh\n# {revision.tree}\n", encoding="utf-8")
        (output / "serve").chmod(0o755)
        (output / "lib" / "orders.py").write_text("ORDERS = 3\n", encoding="utf-8")
        files = {
            "serve": sha256_of((output / "serve").read_bytes()).removeprefix("sha256:") + "x",
            "lib/orders.py": sha256_of("ORDERS = 3\n").removeprefix("sha256:"),
        }
        manifest = Manifest("orders", "command", files, None, revision.tree)
        return ArtifactFolder(self.state / "artifacts").add(manifest, output)

    def tested(
        self, stage: str, revision: Revision, artifact: str, created: str = NOW, *, failed: int = 0
    ) -> Envelope:
        """Write the evidence of a stage; return its envelope."""
        configured = self.pipeline.stage(stage)
        run = _run(stage, failed)
        result = judge_stage(configured, run, today=created[:10])
        report = report_text(stage, run)
        evidence = Evidence(
            stage=stage,
            verdict=result.verdict,
            revision_tree=revision.tree,
            commit=revision.commit,
            artifact=artifact,
            policy=policy_digest(configured.gate),
            results=result.objectives,
            measurements=result.measurements,
            resources={"database": "embedded 18"},
            interpreter="3.11.9",
            distributions={"requests": "2.32.3"},
            execution="e1",
            created=created,
            dirty=revision.dirty,
            report=sha256_of(report),
        )
        envelope = attest(stage_statement(evidence, "orders"), self.signer)
        self.write(report_path(sha256_of(report)), report)
        self.write(evidence_path(stage, revision.tree, artifact), envelope.to_json())
        self.write(
            revision_path(revision.tree),
            canonical_json({
                "commit": revision.commit, "dirty": revision.dirty, "files": dict(revision.files),
            }),
        )  # fmt: skip
        return envelope

    def promoted(
        self,
        sequence: int,
        tested: tuple[Revision, str],
        rests_on: dict[str, Envelope],
        previous: str | None,
    ) -> Envelope:
        """Write a promotion of a revision and its artifact to staging; return its envelope."""
        revision, artifact = tested
        promotion = Promotion(
            environment="staging",
            sequence=sequence,
            release=Release(sequence, artifact, {"LEVEL": "info"}),
            revision_tree=revision.tree,
            commit=revision.commit,
            dirty=revision.dirty,
            way="deploy",
            policy={"stages": sorted(rests_on)},
            inputs=tuple(
                PromotionInput(f"evidence/{name}", each.digest) for name, each in rests_on.items()
            ),
            previous=previous,
            execution="e1",
            created=NOW,
            figures={"requests": 100.0, "lost_requests": 0.0},
        )
        envelope = attest(promotion_statement(promotion, "orders"), self.signer)
        PromotionFolder(self.state, DsseVerifier()).add(envelope)
        return envelope

    def write(self, path: str, text: str) -> None:
        """Write a file of the state folder."""
        place = self.state / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")

    def fill(self) -> tuple[Revision, str]:
        """Write two revisions that were tested and promoted; return the newer and its artifact."""
        before = None
        for number, revision in enumerate((revision_of(1), revision_of(2)), start=1):
            artifact = self.built(revision)
            found = {each: self.tested(each, revision, artifact) for each in STAGES}
            rests_on = {name: found[name] for name in ("unit", "component")}
            previous = before.digest if before else None
            before = self.promoted(number, (revision, artifact), rests_on, previous)
        self.write("durations/unit.json", '{"tests/unit/test_a.py::test_1":0.01}\n')
        return revision, artifact

    def fill_now(self) -> None:
        """Write evidence of the service root as it is."""
        revision = DiskSourceTree().revision(self.root, inputs=(), excluded=())
        artifact = self.built(revision)
        for stage in STAGES:
            self.tested(stage, revision, artifact)

    def newest(self) -> tuple[Revision, str]:
        """Return the newer revision of `fill` and its artifact."""
        artifact = ArtifactFolder(self.state / "artifacts").find(revision_of(2).tree, "orders")
        assert artifact is not None
        return revision_of(2), artifact

    def export(self, folder: Path, wanted: Wanted) -> Exported:
        """Hand over what is wanted."""
        view = DiskFolder(self.state, skipped=OTHERS)
        target = DiskExport(self.state, folder)
        return export_folder(view, target, wanted, DsseVerifier(), self.signer)

    def check(self, folder: Path, believed: Believed | None = None) -> CheckedFolder:
        """Check a folder that was handed over, or the state folder."""
        indexed = folder != self.state
        view = DiskFolder(folder, skipped=() if indexed else OTHERS)
        return check_folder(view, believed or self.believed, indexed=indexed)

    def demanding(self, revision: Revision, environment: str = "production") -> Demanding:
        """Return what demands evidence of a revision."""
        return Demanding(self.pipeline, environment, revision, NOW, self.believed.trust)


def wanted_of(revision: Revision, artifact: str, created: str = NOW) -> Wanted:
    """Return what is handed over of a revision."""
    return Wanted("orders", revision, artifact, [artifact], created)


def revision_of(number: int) -> Revision:
    """Return the first or the second revision."""
    files = {"orders.py": f"{number:064x}", "pipeline.toml": "f" * 64}
    return Revision(f"{number:040x}", dirty=False, files=files)


def _run(stage: str, failed: int) -> StageRun:
    outcomes = [TestOutcome.PASSED] * 3 + [TestOutcome.FAILED] * failed
    records = tuple(
        TestRecord(f"tests/{stage}/test_a.py::test_{number}", stage, (TestAttempt(each, 0.25),))
        for number, each in enumerate(outcomes)
    )
    tally = Tally(
        {each.nodeid: outcome for each, outcome in zip(records, outcomes, strict=True)},
        collected=len(records),
        duration_s=0.25 * len(records),
        records=records,
    )
    return StageRun(tally, {}, exit_status=1 if failed else 0, duration_s=1.0)
