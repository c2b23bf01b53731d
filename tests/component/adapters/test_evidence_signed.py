"""Evidence in a folder that crosses machines: who signed it, its reports, and what was altered."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pytest_pipeline.adapters.dsse import DsseVerifier
from pytest_pipeline.adapters.evidence_folder import EvidenceFolder
from pytest_pipeline.domain.envelopes import Envelope, sha256_of
from pytest_pipeline.domain.evidence import Evidence
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.domain.stage_reports import report_text
from pytest_pipeline.domain.tallies import StageRun, Tally
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.errors import EvidenceError, MissingExtraError
from tests.statements import MemorySigner, envelope_of

REVISION = Revision("c" * 40, dirty=False, files={"app.py": "1" * 64})
REPORT = report_text("unit", StageRun(Tally({}, 1), {}))
OTHER_REPORT = report_text("unit", StageRun(Tally({}, 2), {}))
EVIDENCE = Evidence(
    stage="unit",
    verdict=Verdict.PASS,
    revision_tree=REVISION.tree,
    commit=REVISION.commit,
    artifact=None,
    policy="sha256:" + "3" * 64,
    results=(),
    measurements={},
    resources={},
    interpreter="3.11.9",
    distributions={},
    execution="e1",
    created="2026-01-31T12:00:00Z",
    report=sha256_of(REPORT),
)


@pytest.fixture
def signer() -> MemorySigner:
    return MemorySigner()


@pytest.fixture
def store(tmp_path: Path, signer: MemorySigner) -> EvidenceFolder:
    return EvidenceFolder(tmp_path, DsseVerifier(), (signer.key,))


def only(folder: Path) -> Path:
    (path,) = folder.rglob("*.json")
    return path


def keyids(store: EvidenceFolder) -> frozenset[str]:
    (found,) = store.every("unit")
    return found.keyids


def test_a_signature_of_a_known_key_is_told(store: EvidenceFolder, signer: MemorySigner) -> None:
    store.add(envelope_of(EVIDENCE, signer), REVISION)
    found = store.find("unit", REVISION.tree, None)

    assert found is not None
    assert found.keyids == {signer.key.keyid}
    assert found.digest == envelope_of(EVIDENCE).digest


@pytest.mark.parametrize("who", [None, MemorySigner()])
def test_nobody_vouches_for_what_no_known_key_signed(
    store: EvidenceFolder, who: MemorySigner | None
) -> None:
    store.add(envelope_of(EVIDENCE, who), REVISION)

    assert keyids(store) == frozenset()


def test_a_signature_of_other_evidence_does_not_hold(
    store: EvidenceFolder, signer: MemorySigner
) -> None:
    signed = envelope_of(replace(EVIDENCE, verdict=Verdict.FAIL), signer)
    store.add(Envelope(envelope_of(EVIDENCE).payload, signed.signatures), REVISION)

    assert keyids(store) == frozenset()


def test_who_trusts_nobody_is_told_of_nobody(tmp_path: Path, signer: MemorySigner) -> None:
    store = EvidenceFolder(tmp_path)
    store.add(envelope_of(EVIDENCE, signer), REVISION)

    assert keyids(store) == frozenset()


def test_evidence_of_earlier_versions_is_read_as_unsigned(
    store: EvidenceFolder, tmp_path: Path
) -> None:
    store.add(envelope_of(EVIDENCE), REVISION)
    only(tmp_path / "evidence").write_text(EVIDENCE.to_json())
    found = store.find("unit", REVISION.tree, None)

    assert found is not None
    assert found.evidence == EVIDENCE
    assert found.keyids == frozenset()
    assert found.digest == sha256_of(EVIDENCE.to_json())


@pytest.mark.parametrize(
    "altered",
    [
        lambda text: text.removesuffix("\n"),
        lambda text: text.removesuffix("\n") + "\r",
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace(",", ", ", 1),
        lambda text: text.replace('"payload":"', '"payload":"A'),
        lambda text: " " + text,
        lambda text: text + text,
        lambda _: "",
        lambda _: "\udc80",
    ],
)
def test_a_file_whose_bytes_are_not_what_was_written_is_refused(
    store: EvidenceFolder,
    tmp_path: Path,
    signer: MemorySigner,
    altered: Callable[[str], str],
) -> None:
    store.add(envelope_of(EVIDENCE, signer), REVISION)
    path = only(tmp_path / "evidence")
    path.write_bytes(altered(path.read_text()).encode(errors="surrogateescape"))

    with pytest.raises(EvidenceError, match="cannot read the evidence"):
        store.find("unit", REVISION.tree, None)


def test_a_report_is_kept_under_its_digest(store: EvidenceFolder, tmp_path: Path) -> None:
    store.add(envelope_of(EVIDENCE), REVISION, REPORT)

    assert store.report(sha256_of(REPORT)) == REPORT
    assert store.report(sha256_of(OTHER_REPORT)) is None
    assert only(tmp_path / "reports").name == f"{sha256_of(REPORT).removeprefix('sha256:')}.json"


def test_a_report_that_was_altered_is_refused(store: EvidenceFolder, tmp_path: Path) -> None:
    store.add(envelope_of(EVIDENCE), REVISION, REPORT)
    only(tmp_path / "reports").write_text(OTHER_REPORT)

    with pytest.raises(EvidenceError, match=r"the report .* was changed after it was made"):
        store.report(sha256_of(REPORT))


def test_another_report_than_the_evidence_names_is_not_stored(store: EvidenceFolder) -> None:
    with pytest.raises(ValueError, match="got another one"):
        store.add(envelope_of(EVIDENCE), REVISION, OTHER_REPORT)


def test_the_report_of_what_is_replaced_goes_with_it(store: EvidenceFolder) -> None:
    store.add(envelope_of(EVIDENCE), REVISION, REPORT)
    store.add(
        envelope_of(replace(EVIDENCE, report=sha256_of(OTHER_REPORT))), REVISION, OTHER_REPORT
    )

    assert store.report(sha256_of(REPORT)) is None
    assert store.report(sha256_of(OTHER_REPORT)) == OTHER_REPORT


def test_signing_again_leaves_the_report(store: EvidenceFolder, signer: MemorySigner) -> None:
    store.add(envelope_of(EVIDENCE), REVISION, REPORT)
    store.add(envelope_of(EVIDENCE, signer), REVISION)

    assert store.report(sha256_of(REPORT)) == REPORT
    assert keyids(store) == {signer.key.keyid}


@pytest.mark.parametrize("digest", ["sha256:../evidence/unit/x", "..", "/etc/passwd"])
def test_a_reports_digest_does_not_lead_out_of_the_folder(
    store: EvidenceFolder, digest: str
) -> None:
    assert store.report(digest) is None


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have it as it is where the extra ``signing`` is not installed."""
    for name in ("securesystemslib", "securesystemslib.signer", "securesystemslib.exceptions"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("without_extra")
def test_who_trusts_signers_is_told_of_the_extra_that_checks_them(store: EvidenceFolder) -> None:
    store.add(envelope_of(EVIDENCE), REVISION)

    with pytest.raises(MissingExtraError, match=r"pytest-pipeline-gates\[signing\]"):
        store.find("unit", REVISION.tree, None)


@pytest.mark.usefixtures("without_extra")
def test_who_trusts_nobody_needs_no_extra(tmp_path: Path) -> None:
    store = EvidenceFolder(tmp_path, DsseVerifier())
    store.add(envelope_of(EVIDENCE), REVISION)

    assert keyids(store) == frozenset()
