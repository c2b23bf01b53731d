"""Which release a rollback deploys, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_pipeline.domain.releases import Release, configuration_of
from pytest_pipeline.domain.services import RunSpec
from pytest_pipeline.domain.stages import Stage
from pytest_pipeline.domain.verdicts import Verdict
from pytest_pipeline.engine.rollback_target import (
    choose_target,
    demand_promoted,
    demand_reversible,
)
from pytest_pipeline.errors import ArtifactError, ConfigError, EvidenceError, StateError
from pytest_pipeline.testing.memory_promotions import MemoryPromotions


@dataclass
class Scene:
    """An environment with releases, of which some were promoted, and their artifacts."""

    folder: Path
    promoted: list[int]
    registered: int = 4
    irreversible: set[int] = field(default_factory=set)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    kept: dict[str, Mapping[str, object]] = field(default_factory=dict)

    def release(self, environment: str, number: int) -> Release | None:
        del environment
        if not 1 <= number <= self.registered:
            return None
        run = RunSpec(("serve",), irreversible=number in self.irreversible)
        return Release(number, f"sha256:{number}", configuration_of(run, {}))

    def promotions(self, environment: str, *, limit: int) -> tuple[Release, ...]:
        del limit
        found = (self.release(environment, number) for number in reversed(self.promoted))
        return tuple(each for each in found if each is not None)

    def has_artifacts(self, *numbers: int) -> Scene:
        for each in numbers:
            (self.folder / f"sha256:{each}").mkdir()
        return self

    @property
    def tools(self) -> Any:  # noqa: ANN401 - a toolbox of fakes
        def evidence(stage: str, tree: str, artifact: str) -> object:
            del tree, artifact
            verdict = self.verdicts.get(stage)
            claimed = SimpleNamespace(verdict=verdict, execution="e9")
            return SimpleNamespace(evidence=claimed) if verdict else None

        return SimpleNamespace(
            ledger=SimpleNamespace(
                release=self.release,
                promotions=self.promotions,
                promoted=lambda name: next(iter(self.promotions(name, limit=1)), None),
                deployments=lambda *_, **__: (),
            ),
            records=SimpleNamespace(read=self.kept.get),
            promotions=MemoryPromotions(),
            artifacts=SimpleNamespace(
                folder=lambda digest: self.folder / digest,
                verify=lambda _: SimpleNamespace(revision_tree="tree"),
            ),
            evidence=SimpleNamespace(find=evidence),
        )


def chosen(scene: Scene, to: str | None = None) -> str:
    return choose_target(scene.tools, "staging", to).release.name


def test_the_newest_promoted_release_before_the_one_that_serves_is_chosen(tmp_path: Path) -> None:
    scene = Scene(tmp_path, promoted=[1, 2, 4]).has_artifacts(1, 2, 3, 4)

    assert chosen(scene) == "r2"


def test_a_second_rollback_goes_further_back_not_to_what_was_left(tmp_path: Path) -> None:
    scene = Scene(tmp_path, promoted=[1, 2, 3, 2]).has_artifacts(1, 2, 3)

    assert chosen(scene) == "r1"


def test_what_serves_is_what_the_kept_environment_says(tmp_path: Path) -> None:
    scene = Scene(tmp_path, promoted=[1, 2, 3], kept={"staging": {"stable": 2}})

    assert chosen(scene.has_artifacts(1, 2, 3)) == "r1"


@pytest.mark.parametrize("to", ["r3", "3"])
def test_a_release_can_be_named_also_a_newer_one(tmp_path: Path, to: str) -> None:
    scene = Scene(tmp_path, promoted=[1, 3, 1]).has_artifacts(1, 3)

    assert chosen(scene, to) == "r3"


@pytest.mark.parametrize("to", ["r9", "r0", "latest", ""])
def test_an_unknown_release_is_a_wrong_question_that_is_told_what_there_is(
    tmp_path: Path, to: str
) -> None:
    scene = Scene(tmp_path, promoted=[1, 2, 4]).has_artifacts(1, 4)

    with pytest.raises(ConfigError, match=rf"no release '{to}'; available: r1$"):
        chosen(scene, to)


def test_what_serves_already_is_a_wrong_question(tmp_path: Path) -> None:
    scene = Scene(tmp_path, promoted=[1, 2]).has_artifacts(1, 2)

    with pytest.raises(ConfigError, match="r2 serves in staging already; available: r1"):
        chosen(scene, "r2")


@pytest.mark.parametrize(
    ("promoted", "said"), [([], "nothing was promoted"), ([2], "r2 serves and nothing older")]
)
def test_without_an_earlier_release_there_is_nothing_to_go_back_to(
    tmp_path: Path, promoted: list[int], said: str
) -> None:
    with pytest.raises(ConfigError, match=f"staging has no release to go back to: {said}"):
        chosen(Scene(tmp_path, promoted=promoted))


@pytest.mark.parametrize("to", [None, "r3"])
def test_one_whose_artifact_is_gone_is_refused_and_not_passed_over(
    tmp_path: Path, to: str | None
) -> None:
    scene = Scene(tmp_path, promoted=[1, 3, 4]).has_artifacts(1, 4)

    with pytest.raises(ArtifactError, match=r"r3 cannot be .*was deleted.*--to; available: r1$"):
        chosen(scene, to)


def test_a_release_that_was_never_promoted_has_no_evidence(tmp_path: Path) -> None:
    scene = Scene(tmp_path, promoted=[1, 4]).has_artifacts(1, 2, 4)
    target = choose_target(scene.tools, "staging", "r2")

    with pytest.raises(EvidenceError, match="r2 was never promoted; available: r1"):
        demand_promoted(scene.tools, target, ())


@pytest.mark.parametrize("verdict", [None, Verdict.PASS, Verdict.WARN])
def test_evidence_of_stages_need_not_be_kept_for_a_promoted_release(
    tmp_path: Path, verdict: Verdict | None
) -> None:
    scene = Scene(tmp_path, promoted=[1, 4]).has_artifacts(1, 4)
    scene.verdicts = {"unit": verdict} if verdict else {}
    target = choose_target(scene.tools, "staging", None)

    demand_promoted(scene.tools, target, (Stage("unit", ("unit",)),))


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR])
def test_evidence_that_speaks_against_it_by_now_refuses(tmp_path: Path, verdict: Verdict) -> None:
    scene = Scene(tmp_path, promoted=[1, 4], verdicts={"unit": verdict}).has_artifacts(1, 4)
    target = choose_target(scene.tools, "staging", None)

    with pytest.raises(EvidenceError, match=f"stage unit came to {verdict} on r1 in execution e9"):
        demand_promoted(scene.tools, target, (Stage("unit", ("unit",)),))


@pytest.mark.parametrize("irreversible", [2, 3, 4])
def test_a_later_migration_that_cannot_be_undone_refuses(tmp_path: Path, irreversible: int) -> None:
    scene = Scene(tmp_path, promoted=[1, 3], irreversible={irreversible}).has_artifacts(1, 3)
    target = choose_target(scene.tools, "staging", None)

    with pytest.raises(StateError, match=f"the migration of r{irreversible} cannot be undone"):
        demand_reversible(scene.tools, target)


def test_its_own_migration_and_earlier_ones_do_not_matter(tmp_path: Path) -> None:
    scene = Scene(tmp_path, promoted=[1, 2, 3], irreversible={1, 2}).has_artifacts(1, 2, 3)

    demand_reversible(scene.tools, choose_target(scene.tools, "staging", None))
