"""Mutations of bytes, of whole files and of their names."""

from __future__ import annotations

import unicodedata
from random import Random

from tests.integration.verifying.material import Change, Link, Material

_FOREIGN = (
    "evidence/unit/notes.json", "evidence/unit/.hidden", "evidence/approved.json", "README.md",
    "reports/readme.txt", "promotions/production/000001.json", "artifacts/extra", "a b.json",
    "evidence/security/0000000000000000-0000000000000000.json", "revisions/deep/er.json",
)  # fmt: skip


def flip(random: Random, material: Material) -> Change:
    """One bit of one byte."""
    path, content = _any_content(random, material)
    if not content:
        return {}
    at = random.randrange(len(content))
    flipped = content[at] ^ (1 << random.randrange(8))
    return {path: content[:at] + bytes([flipped]) + content[at + 1 :]}


def insert(random: Random, material: Material) -> Change:
    """A few bytes more."""
    path, content = _any_content(random, material)
    at = random.randrange(len(content) + 1)
    more = random.choice((b" ", b"\n", b"\0", b"0", b"\xef\xbb\xbf", random.randbytes(3)))
    return {path: content[:at] + more + content[at:]}


def delete(random: Random, material: Material) -> Change:
    """A few bytes less."""
    path, content = _any_content(random, material)
    at = random.randrange(len(content) + 1)
    return {path: content[:at] + content[at + random.randrange(1, 9) :]}


def truncate(random: Random, material: Material) -> Change:
    """The end is missing."""
    path, content = _any_content(random, material)
    return {path: content[: random.randrange(len(content) + 1)]}


def swap(random: Random, material: Material) -> Change:
    """Two files change places."""
    one, other = random.sample(sorted(material.files), 2)
    return {one: material.files[other], other: material.files[one]}


def swap_alike(random: Random, material: Material) -> Change:
    """Two statements of one kind change places."""
    one, other = random.sample(sorted(material.named("evidence", "promotions")), 2)
    return {one: material.files[other], other: material.files[one]}


def duplicate(random: Random, material: Material) -> Change:
    """A file stands under another name as well."""
    path, content = _any_content(random, material)
    return {_beside(random, path): content}


def rename(random: Random, material: Material) -> Change:
    """A file stands under another name."""
    path, content = _any_content(random, material)
    return {path: None, _beside(random, path): content}


def remove(random: Random, material: Material) -> Change:
    """A file is gone."""
    return {random.choice(sorted(material.files)): None}


def remove_many(random: Random, material: Material) -> Change:
    """Several files are gone."""
    most = min(8, len(material.files))
    return dict.fromkeys(random.sample(sorted(material.files), random.randrange(2, most)))


def replay(random: Random, material: Material) -> Change:
    """An older file, valid in its time, in the place of the newer one."""
    path = random.choice(sorted(material.older))
    return {path: random.choice(material.older[path])}


def foreign(random: Random, material: Material) -> Change:
    """A file that nobody handed over."""
    path = random.choice(_FOREIGN)
    content = random.choice((b"{}\n", b"", random.choice(sorted(material.files.values()))))
    return {} if path in material.files else {path: content}


def link_to_copy(random: Random, material: Material) -> Change:
    """A link to the very same bytes, somewhere else."""
    path = random.choice(sorted(material.files))
    return {path: Link(material.copy / path)}


def link_inside(random: Random, material: Material) -> Change:
    """A link to a file of the folder."""
    path, other = random.sample(sorted(material.files), 2)
    return {path: Link(material.folder / other)}


def link_folder(random: Random, material: Material) -> Change:
    """A link to a folder with the very same files."""
    path = random.choice(sorted(each for each in material.files if "/" in each))
    parts = path.split("/")
    folder = "/".join(parts[: random.randrange(1, len(parts))])
    return {folder: Link(material.copy / folder)}


def equal_name(random: Random, material: Material) -> Change:
    """The same name in other letters: large ones, wide ones, composed ones."""
    path, content = _any_content(random, material)
    folder, slash, name = path.rpartition("/")
    other = random.choice((
        name.upper(), name.title(), name.replace("e", "é"), name.replace(".", "\uff0e"),
        unicodedata.normalize("NFD", "é" + name), name + " ", name + ".", f"\u200b{name}",
    ))  # fmt: skip
    change: dict[str, bytes | Link | None] = {folder + slash + other: content}
    if random.random() < 0.5:
        change[path] = None
    return {} if other == name else change


def _any_content(random: Random, material: Material) -> tuple[str, bytes]:
    path = random.choice(sorted(material.files))
    return path, material.files[path]


def _beside(random: Random, path: str) -> str:
    """Return another name: in the folder, or in that of another stage."""
    folder, slash, name = path.rpartition("/")
    return random.choice((
        f"{folder}{slash}copy-{name}", f"{folder}{slash}{name}.bak", f"{folder}{slash}0{name}",
        f"evidence/smoke/{name}", f"promotions/production/{name}",
    ))  # fmt: skip
