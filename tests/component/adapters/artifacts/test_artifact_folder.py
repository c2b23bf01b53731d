from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_pipeline.adapters.artifact_folder import ArtifactFolder
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.errors import ArtifactError, StateError

TREE = "sha256:" + "7" * 64


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def built(
    folder: Path, *, name: str = "orders", python: str | None = None, text: str = "a"
) -> tuple[Manifest, Path]:
    """Lay out what a builder left."""
    (folder / "bin").mkdir(parents=True)
    (folder / "a.txt").write_text(text)
    (folder / "bin" / "serve").write_text("#!/bin/sh")
    (folder / "bin" / "serve").chmod(0o755)
    (folder / "link").symlink_to("a.txt")
    files = {
        "a.txt": sha256(text),
        "bin/serve": sha256("#!/bin/sh") + "x",
        "link": sha256("a.txt") + "l",
    }
    return Manifest(name, "command", files, python, TREE), folder


@pytest.fixture
def store(tmp_path: Path) -> ArtifactFolder:
    return ArtifactFolder(tmp_path / "artifacts")


@pytest.fixture
def digest(store: ArtifactFolder, tmp_path: Path) -> str:
    return store.add(*built(tmp_path / "built"))


def unlocked(path: Path) -> Path:
    path.chmod(0o644)
    return path


def test_an_added_artifact_is_found_by_revision_and_name(
    store: ArtifactFolder, digest: str, tmp_path: Path
) -> None:
    assert store.find(TREE, "orders") == digest
    assert store.verify(digest).digest == digest
    assert (store.folder(digest) / "bin" / "serve").read_text() == "#!/bin/sh"
    assert not (tmp_path / "built").exists()


def test_services_of_one_tree_do_not_clash(
    store: ArtifactFolder, digest: str, tmp_path: Path
) -> None:
    other = store.add(*built(tmp_path / "built", name="inventory"))

    assert other != digest
    assert store.find(TREE, "inventory") == other
    assert store.find("sha256:" + "8" * 64, "orders") is None


def test_a_lock_for_another_python_is_not_found(store: ArtifactFolder, tmp_path: Path) -> None:
    store.add(*built(tmp_path / "built", python="2.7"))

    assert store.find(TREE, "orders") is None


def test_a_revision_is_built_once_even_when_two_build_it(
    store: ArtifactFolder, digest: str, tmp_path: Path
) -> None:
    second = store.add(*built(tmp_path / "built", text="another result of the same source"))

    assert second == digest
    assert len(list((tmp_path / "artifacts").iterdir())) == 1


def test_stored_files_are_read_only_copies(store: ArtifactFolder, tmp_path: Path) -> None:
    manifest, folder = built(tmp_path / "built")
    os.link(folder / "a.txt", tmp_path / "other-name")
    stored = store.folder(store.add(manifest, folder))
    (tmp_path / "other-name").write_text("altered")

    assert (stored / "a.txt").read_text() == "a"
    assert (stored / "a.txt").stat().st_mode & 0o777 == 0o444
    assert (stored / "bin" / "serve").stat().st_mode & 0o777 == 0o555


def test_every_altered_missing_and_added_file_is_named(store: ArtifactFolder, digest: str) -> None:
    folder = store.folder(digest)
    unlocked(folder / "a.txt").write_text("b")
    (folder / "bin" / "serve").unlink()
    (folder / "evil.py").write_text("x")

    with pytest.raises(
        ArtifactError,
        match=r"altered: a\.txt, missing: bin/serve, not built: evil\.py; delete that folder",
    ):
        store.verify(digest)


def test_a_link_that_leads_elsewhere_is_named(store: ArtifactFolder, digest: str) -> None:
    link = store.folder(digest) / "link"
    link.unlink()
    link.symlink_to("bin/serve")

    with pytest.raises(ArtifactError, match="altered: link"):
        store.verify(digest)


def test_a_link_in_the_place_of_a_file_is_named(
    store: ArtifactFolder, digest: str, tmp_path: Path
) -> None:
    path = store.folder(digest) / "a.txt"
    path.rename(tmp_path / "moved")
    path.symlink_to(tmp_path / "moved")

    with pytest.raises(ArtifactError, match=r"altered: a\.txt"):
        store.verify(digest)


def test_bytecode_that_appeared_is_deleted(store: ArtifactFolder, digest: str) -> None:
    cache = store.folder(digest) / "bin" / "__pycache__"
    cache.mkdir()
    (cache / "app.cpython-311.pyc").write_bytes(b"evil")
    store.verify(digest)

    assert not cache.exists()


def test_a_passed_folder_without_modes_works(digest: str, tmp_path: Path) -> None:
    passed = tmp_path / "other-job"
    shutil.copytree(tmp_path / "artifacts", passed, symlinks=True, copy_function=shutil.copyfile)
    received = ArtifactFolder(passed)

    assert received.find(TREE, "orders") == digest
    assert received.verify(digest).name == "orders"
    assert os.access(received.folder(digest) / "bin" / "serve", os.X_OK)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("{", "cannot read the manifest", id="torn"),
        pytest.param("[]", "cannot read the manifest", id="something-else"),
        pytest.param(None, "is not here", id="missing"),
    ],
)
def test_a_corrupt_manifest_is_refused(
    store: ArtifactFolder, digest: str, text: str | None, message: str
) -> None:
    path = unlocked(store.folder(digest).parent / "manifest.json")
    path.unlink() if text is None else path.write_text(text)

    with pytest.raises(ArtifactError, match=message):
        store.verify(digest)
    with pytest.raises(ArtifactError, match=message):
        store.find(TREE, "orders")


def test_a_manifest_that_was_altered_is_refused(store: ArtifactFolder, digest: str) -> None:
    path = unlocked(store.folder(digest).parent / "manifest.json")
    path.write_text(path.read_text().replace(sha256("a"), sha256("b")))
    unlocked(store.folder(digest) / "a.txt").write_text("b")

    with pytest.raises(ArtifactError, match="was altered"):
        store.verify(digest)


def test_files_that_are_not_the_manifests_are_not_stored(
    store: ArtifactFolder, tmp_path: Path
) -> None:
    manifest, folder = built(tmp_path / "built")
    (folder / "a.txt").write_text("changed after the build")

    with pytest.raises(ArtifactError, match=r"altered: a\.txt"):
        store.add(manifest, folder)

    assert list((tmp_path / "artifacts").iterdir()) == []


def test_two_that_add_the_same_artifact_at_once_both_succeed(
    store: ArtifactFolder, tmp_path: Path
) -> None:
    results = [built(tmp_path / f"built{number}") for number in range(8)]

    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda result: store.add(*result), results))

    assert len(digests) == 1
    assert store.verify(digests.pop()).name == "orders"
    assert len(list((tmp_path / "artifacts").iterdir())) == 1


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = ArtifactFolder(tmp_path / "file" / "artifacts")

    with pytest.raises(StateError, match=r"cannot store the artifact of orders in .*writable"):
        store.add(*built(tmp_path / "built"))


def test_files_that_cannot_be_read_are_refused() -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        store = ArtifactFolder(Path(place) / "artifacts")
        digest = store.add(*built(Path(place) / "built"))
        (store.folder(digest) / "a.txt").chmod(0o000)
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            with pytest.raises(ArtifactError, match=r"cannot read the artifact .*a\.txt"):
                store.verify(digest)
        finally:
            if was_root:
                os.seteuid(0)


def test_what_is_no_digest_is_refused(store: ArtifactFolder) -> None:
    with pytest.raises(ArtifactError, match="is no artifact's digest"):
        store.verify("sha256:../../etc")
