"""Alters folders at random, and counts what was refused and by which check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.integration.verifying import byte_mutations as files
from tests.integration.verifying import statement_mutations as said
from tests.integration.verifying.material import Change, Material, altered, changes

Mutation = Callable[[Random, Material], Change]

_SIGNINGS: Mapping[str, said.Signing] = {
    "signature kept": said.keep_signature,
    "signed by a stranger": said.sign_as_stranger,
    "signed in another's name": said.sign_in_the_name_of_another,
    "unsigned": said.no_signature,
}

#: What is done to a folder, with or without an index.
ANY_FOLDER: Mapping[str, Mutation] = {
    "bit flipped": files.flip,
    "bytes inserted": files.insert,
    "bytes deleted": files.delete,
    "truncated": files.truncate,
    "two files swapped": files.swap,
    "two statements swapped": files.swap_alike,
    "file under a second name": files.duplicate,
    "file renamed": files.rename,
    "name in other letters": files.equal_name,
    "file removed": files.remove,
    "files removed": files.remove_many,
    "older file replayed": files.replay,
    "foreign file": files.foreign,
    "link to the same bytes": files.link_to_copy,
    "link to another file": files.link_inside,
    "link to the same folder": files.link_folder,
    **{f"field of a statement, {name}": said.payload_mutation(each)
       for name, each in _SIGNINGS.items()},
    **{f"claim of a stage, {name}": said.claim_mutation(each)
       for name, each in _SIGNINGS.items()},
    "field of an envelope": said.envelope_field,
    "signature written otherwise": said.signature_form,
    "JSON written otherwise": said.same_json,
    "statement written otherwise": said.same_payload,
}  # fmt: skip

#: What is done to a folder that was handed over.
HANDED_OVER: Mapping[str, Mutation] = {
    **ANY_FOLDER,
    **{f"file and index, {name}": said.indexed_mutation(each) for name, each in _SIGNINGS.items()},
}

COLUMNS = ("mutation", "tried", "refused", "accepted", "by which check")


@dataclass
class Tally:
    """What mutations came to.

    Attributes:
        tried: Kind to how many there were.
        refused: Kind to how many were refused.
        checks: Kind to how often each check was among those that refused.
        wrong: What should not have been accepted, in words.
    """

    tried: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    checks: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[object, ...]]:
        """The same as rows of a table, the sum the last one."""
        sums = ("all", self.tried.total(), self.refused.total(), self._accepted(), "")
        return [
            *(
                (
                    kind,
                    self.tried[kind],
                    self.refused[kind],
                    self.tried[kind] - self.refused[kind],
                    ", ".join(f"{name} {n}" for name, n in self.checks[kind].most_common(5)),
                )
                for kind in self.tried
            ),
            sums,
        ]

    def add(self, other: Tally) -> None:
        """Add what further mutations came to."""
        self.tried += other.tried
        self.refused += other.refused
        for kind, checks in other.checks.items():
            self.checks.setdefault(kind, Counter()).update(checks)
        self.wrong += other.wrong

    def _accepted(self) -> int:
        return self.tried.total() - self.refused.total()


def fuzz(
    material: Material,
    kinds: Mapping[str, Mutation],
    judge: Callable[[], tuple[Sequence[str], str]],
    *,
    seed: int,
    count: int,
) -> Tally:
    """Alter a folder again and again, one mutation at a time.

    Args:
        material: The folder.
        kinds: What may be done to it, by name; each is taken in turn.
        judge: Returns the checks that refuse the folder as it is now, and what is wrong with its
            being accepted, empty for nothing.
        seed: Of the random numbers.
        count: Mutations; those that alter nothing are drawn again.
    """
    random = Random(seed)  # noqa: S311 - repeatable, and no secret
    tally, names = Tally(), list(kinds)
    for number in range(count):
        kind = names[number % len(names)]
        change: Change = {}
        while not changes(material, change):
            change = kinds[kind](random, material)
        with altered(material, change):
            checks, wrong = judge()
        tally.tried[kind] += 1
        tally.refused[kind] += bool(checks)
        tally.checks.setdefault(kind, Counter()).update(set(checks))
        if wrong:
            tally.wrong.append(f"{kind}, seed {seed}, number {number}: {sorted(change)}: {wrong}")
    return tally
