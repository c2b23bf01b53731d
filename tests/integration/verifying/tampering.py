"""The two folders that are tampered with, and what must not come of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pytest_pipeline.domain.envelopes import envelope_from_json
from pytest_pipeline.domain.revisions import Revision
from pytest_pipeline.engine.evidence_layout import PARTS
from pytest_pipeline.engine.sufficing import evidence_that_counts, shortfalls
from pytest_pipeline.engine.verifying import CheckedFolder
from pytest_pipeline.engine.verifying.promotions import chains
from tests.integration.verifying.fuzzing import ANY_FOLDER, HANDED_OVER, Mutation, Tally, fuzz
from tests.integration.verifying.material import Material, material_of
from tests.integration.verifying.sample import EARLIER, NOW, STAGES, Sample, wanted_of


@dataclass(frozen=True)
class Tampered:
    """A folder that is tampered with.

    Attributes:
        material: Its files.
        kinds: What is done to it.
        checked: Checks it as it is now.
        judge: Checks it, and says what is wrong with its being accepted.
    """

    material: Material
    kinds: Mapping[str, Mutation]
    checked: Callable[[], CheckedFolder]
    judge: Callable[[], tuple[Sequence[str], str]]

    def fuzz(self, *, seed: int, count: int) -> Tally:
        """Tamper with it."""
        return fuzz(self.material, self.kinds, self.judge, seed=seed, count=count)


def handed_over(place: Path) -> Tampered:
    """Return a signed export: whatever is done to it, it has to be refused."""
    sample = Sample(place / "orders").configure()
    revision, artifact = sample.fill()
    older = _older(sample, revision, artifact)
    folder, earlier = place / "handover", place / "earlier"
    before = replace(wanted_of(revision, artifact, EARLIER), stages=STAGES[:-1])
    sample.export(earlier, before)
    sample.export(folder, wanted_of(revision, artifact))
    older["index.json"] = ((earlier / "index.json").read_bytes(),)
    parts = (*PARTS, "index.json")
    material = material_of(folder, place / "copy", older, parts=parts)
    believed = sample.believed

    def checked() -> CheckedFolder:
        return sample.check(folder, believed)

    def judge() -> tuple[Sequence[str], str]:
        found = checked().verification
        return [each.check for each in found.problems], "accepted" if found.sound else ""

    return Tampered(material, HANDED_OVER, checked, judge)


def state_folder(place: Path) -> Tampered:
    """Return a state folder, without an index, that production asks for evidence.

    Either it is refused, or what counts is to the byte what was there before: the files of
    evidence for the revision and artifact, all reports and artifacts that are left, and of the
    promotions the first ones, without a gap: all that they say, and of the last one who signed it,
    which vouches for the others. One exception, which only an index or a limit of age
    shuts out: the place of evidence may be taken by an older statement that was signed for the
    very same stage, revision, artifact and policy, where no promotion rests on the newer one. Not
    noticed is the removal of what nobody counts, and what is no evidence: durations.
    """
    sample = Sample(place / "orders").configure()
    revision, artifact = sample.fill()
    older = _older(sample, revision, artifact)
    material = material_of(sample.state, place / "copy", older, parts=PARTS)
    believed, demanding = sample.believed, sample.demanding(revision)
    counted = evidence_that_counts(sample.check(sample.state), demanding)

    def checked() -> CheckedFolder:
        return sample.check(sample.state, believed)

    def judge() -> tuple[Sequence[str], str]:
        found = checked()
        problems = [*found.verification.problems, *shortfalls(found, demanding)]
        if problems:
            return [each.check for each in problems], ""
        return [], _differs(found, material, counted, evidence_that_counts(found, demanding))

    return Tampered(material, ANY_FOLDER, checked, judge)


def _older(sample: Sample, revision: Revision, artifact: str) -> dict[str, tuple[bytes, ...]]:
    """Return earlier evidence of each stage, of the very revision; the newer one is put back."""
    older = {}
    for stage in STAGES:
        place = next((sample.state / "evidence" / stage).glob(f"{revision.tree[7:23]}-*.json"))
        newer = place.read_bytes()
        sample.tested(stage, revision, artifact, EARLIER)
        older[place.relative_to(sample.state).as_posix()] = (place.read_bytes(),)
        place.write_bytes(newer)
    assert NOW > EARLIER
    return older


def _differs(
    found: CheckedFolder, material: Material, before: Sequence[str], counted: Sequence[str]
) -> str:
    """Say what counts and is not what was there before; empty for nothing."""
    if counted != before:
        return f"what counts are other files: {sorted(counted)}"
    for path in counted:
        allowed = (material.files[path], *material.older.get(path, ()))
        if (material.folder / path).read_bytes() not in allowed:
            return f"{path} differs"
    ends = [chain[-1] for chain in chains(found.promotions).values()]
    for each in found.promotions:
        if each.digest != _digest(material.files.get(each.row.path)):
            return f"{each.row.path} says something else"
    relied = [each.row.path for each in ends]
    relied += [
        entry.path
        for entry in found.entries
        if entry.parts[0] in ("artifacts", "reports") and "__pycache__" not in entry.parts
    ]
    for path in relied:
        if (material.folder / path).read_bytes() != material.files.get(path):
            return f"{path} differs"
    numbers = sorted(each.promotion.sequence for each in found.promotions)
    return "" if numbers == list(range(1, len(numbers) + 1)) else "a promotion is missing"


def _digest(written: bytes | None) -> str:
    return envelope_from_json(written.decode()).digest if written is not None else ""
