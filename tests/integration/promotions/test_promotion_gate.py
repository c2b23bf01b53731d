"""What lets a revision into an environment, with promotions in real files."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pytest_pipeline.domain.envelopes import Signature, envelope_from_json
from pytest_pipeline.domain.exit_codes import ExitCode
from pytest_pipeline.domain.promotions import PromotionInput
from pytest_pipeline.domain.trust import Signer
from tests.integration.promotions.key_in_hand import KeyInHand
from tests.integration.promotions.project import Project
from tests.integration.rollouts.place import NAME, Ended


def refused(ended: Ended, *told: str) -> None:
    """Check that nothing was deployed, with 22 and these words."""
    assert ended.exit_code == ExitCode.EVIDENCE_REFUSED, ended.failures
    assert ended.records == ()
    (failure,) = ended.failures
    assert all(each in failure for each in told), failure


def test_each_promotion_names_its_evidence_and_the_one_before(project: Project) -> None:
    first, second = project.release("c1"), project.release("c2")

    assert (first.exit_code, second.exit_code) == (ExitCode.OK, ExitCode.OK), second.failures
    one, other = project.place.promotions.promotions(NAME)
    assert [each.promotion.sequence for each in (one, other)] == [1, 2]
    assert (one.promotion.previous, other.promotion.previous) == (None, one.digest)
    evidence = project.found.kept["unit", one.promotion.revision_tree, one.promotion.revision_tree]
    assert one.promotion.inputs == (PromotionInput("evidence/unit", evidence.digest),)
    assert (other.promotion.release.name, other.promotion.commit) == ("r2", "c2")
    assert other.promotion.figures["lost_requests"] == 0
    assert set(other.promotion.policy["stages"]) == {"unit"}
    assert (other.promotion.way, other.promotion.forced) == ("deploy", "")


def test_promotions_are_signed_and_whoever_is_trusted_goes_on(project: Project) -> None:
    signer = project.signed()

    first, second = project.release("c1"), project.release("c2")

    assert (first.exit_code, second.exit_code) == (ExitCode.OK, ExitCode.OK), second.failures
    found = project.place.promotions.promotions(NAME)
    assert [each.keyids for each in found] == [{signer.key.keyid}] * 2


def test_nothing_is_deployed_that_nobody_here_could_sign(project: Project) -> None:
    project.signed()
    project.key = None

    refused(project.release("c1"), "wants the signature of ci, and there is no key here")

    project.key = KeyInHand()

    refused(project.release("c1"), "is not trusted for it", "PYTEST_PIPELINE_KEY_FILE")


def test_a_signer_of_other_environments_promotes_nothing_here(project: Project) -> None:
    project.signed(environments=("dev",))

    refused(project.release("c1"), "wants the signature of nobody", "(ci) is not trusted")


def test_a_missing_promotion_breaks_the_chain(project: Project) -> None:
    for commit in ("c1", "c2", "c3"):
        project.release(commit)
    (project.folder / "promotions" / NAME / "000002.json").unlink()

    refused(project.release("c4"), "no whole chain: promotion 2 is missing", "fetch promotions/")


def test_a_promotion_that_was_replaced_breaks_the_chain(project: Project) -> None:
    other = Project(project.folder / "other")
    for commit in ("c1", "c2"):
        project.release(commit)
        other.release(f"o{commit}")
    project.release("c3")
    name = f"promotions/{NAME}/000002.json"
    (project.folder / name).write_bytes((other.folder / name).read_bytes())

    refused(project.release("c4"), "promotion 2 does not follow promotion 1")


@pytest.mark.parametrize(
    ("trusted", "told"),
    [
        pytest.param(False, "which nobody trusts here", id="unknown"),
        pytest.param(True, "is signed by ops, who is not trusted for production", id="elsewhere"),
    ],
)
def test_a_promotion_by_somebody_else_breaks_the_chain(
    project: Project, *, trusted: bool, told: str
) -> None:
    ops = project.signed("ops")
    project.release("c1")
    own = project.signed("ci")
    elsewhere = Signer("ops", ops.key, environments=("dev",))
    project.trusting(*((own, elsewhere) if trusted else (own,)))

    refused(project.release("c2"), f"promotion 1 {told}" if trusted else told)


def test_unsigned_promotions_count_nothing_once_signers_are_trusted(project: Project) -> None:
    project.release("c1")
    project.signed()

    refused(project.release("c2"), "promotion 1 is not signed")


def test_a_forced_promotion_goes_on_and_says_why(project: Project) -> None:
    project.release("c1")
    project.signed()
    project.at("c2")
    project.test()

    ended = project.deploy(force="signing begins")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [each.forced for each in project.promotions()] == ["", "signing begins"]


def test_a_ledger_that_says_something_else_is_not_believed(project: Project) -> None:
    project.release("c1")
    project.release("c2")
    ledger = project.place.ledger
    other = ledger.register_release(NAME, artifact="sha256:" + "e" * 64, configuration={})
    ledger.mark_promoted(NAME, other.number)

    refused(
        project.release("c3"),
        f"the ledger says that r3 ({'e' * 12}) was promoted to production last",
        "promotion 2 says r2",
        "delete .pipeline/ledger.db",
    )


def test_an_older_ledger_is_not_believed(project: Project) -> None:
    for commit in ("c1", "c2", "c3"):
        project.release(commit)
    project.place.ledger.mark_promoted(NAME, 1)

    refused(project.release("c4"), "the ledger says that r1", "promotion 3 says r3")


def test_a_fresh_clone_learns_its_releases_from_the_promotions(project: Project) -> None:
    project.release("c1")
    project.release("c2")
    project.lose_the_ledger()

    ended = project.release("c3")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [each.name for each in project.place.ledger.promotions(NAME)] == ["r3", "r2", "r1"]


def test_a_ledger_of_before_promotions_were_written_begins_the_chain(project: Project) -> None:
    project.place.deploy()  # as an exercise: nothing is written down
    assert project.promotions() == []

    ended = project.release("c1")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [(each.sequence, each.release.name) for each in project.promotions()] == [(1, "r2")]


def test_a_promotion_whose_writer_died_is_not_written_twice(project: Project) -> None:
    project.release("c1")
    mark = project.place.ledger.mark_promoted

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    project.place.ledger.mark_promoted = die  # type: ignore[method-assign]
    died = project.release("c2")
    project.place.ledger.mark_promoted = mark  # type: ignore[method-assign]
    resumed = project.place.resume()

    assert died.exit_code == ExitCode.INTERRUPTED
    assert resumed.exit_code == ExitCode.OK, resumed.failures
    assert [each.release.name for each in project.promotions()] == ["r1", "r2"]
    assert project.place.promoted() == "r2"
    assert project.release("c3").exit_code == ExitCode.OK


def test_the_next_command_tells_the_ledger_what_its_predecessor_could_not(
    project: Project,
) -> None:
    project.release("c1")
    project.release("c2")
    ledger = project.place.ledger
    ledger._promotions[NAME].pop()

    ended = project.release("c3")

    assert ended.exit_code == ExitCode.OK, ended.failures
    assert [each.name for each in ledger.promotions(NAME)] == ["r3", "r2", "r1"]


def test_a_promotion_that_cannot_be_written_leaves_the_deployment_open(project: Project) -> None:
    project.release("c1")
    folder = project.folder / "promotions" / NAME
    folder.rename(folder.with_name("elsewhere"))
    folder.write_text("in the way")
    project.place.promotions.promotions = lambda _: ()  # type: ignore[method-assign]

    ended = project.release("c2")

    assert ended.exit_code == ExitCode.ERROR
    assert "r2 to production is done, but its promotion could not be written" in ended.failures[0]
    assert "pytest-pipeline resume production writes it down" in ended.failures[0]

    folder.unlink()
    folder.with_name("elsewhere").rename(folder)
    project.trusting()
    resumed = project.place.resume()

    assert resumed.exit_code == ExitCode.OK, resumed.failures
    assert [each.release.name for each in project.promotions()] == ["r1", "r2"]


def test_a_rollback_in_a_fresh_clone_knows_where_to_go_from_the_promotions(
    project: Project,
) -> None:
    project.signed()
    project.release("c1")
    project.release("c2")
    project.lose_the_ledger()

    back = project.rollback()

    assert [each.release.name for each in project.promotions()] == ["r1", "r2", "r1"], back.failures


def test_a_rollback_believes_no_broken_chain(project: Project) -> None:
    for commit in ("c1", "c2", "c3"):
        project.release(commit)
    (project.folder / "promotions" / NAME / "000001.json").unlink()

    refused(project.rollback(), "rollback of production refused", "promotion 1 is missing")


def test_a_release_that_the_ledger_alone_knows_is_not_gone_back_to(project: Project) -> None:
    project.signed()
    ledger = project.place.ledger
    planted = ledger.register_release(NAME, artifact="sha256:" + "e" * 64, configuration={})
    ledger.mark_promoted(NAME, planted.number)
    project.release("c1")

    refused(project.rollback("r1"), "no promotion names r1")


def test_a_promotion_that_was_altered_is_told_from_one_by_a_stranger(project: Project) -> None:
    signer = project.signed()
    project.release("c1")
    path = project.folder / "promotions" / NAME / "000001.json"
    envelope = envelope_from_json(path.read_text())
    broken = replace(envelope, signatures=(Signature(signer.key.keyid, bytes(64)),))
    path.write_text(broken.to_json())

    refused(project.release("c2"), "promotion 1 was altered: the signature of ci does not hold")
