"""Builds each artifact once, and finds it again."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pytest_pipeline.domain.resources import PeerSpec
from pytest_pipeline.domain.revisions import Revision, changed_paths
from pytest_pipeline.domain.services import Service
from pytest_pipeline.engine.ports import Installed
from pytest_pipeline.engine.toolbox import Toolbox
from pytest_pipeline.errors import SourceError

#: How many changed paths a message names.
PATHS_SHOWN = 3


@dataclass(frozen=True)
class Built:
    """A service whose artifact is in the store.

    Attributes:
        service: Its definition.
        artifact: Digest of the artifact.
        peers: The same of its peer services, by resource name.
    """

    service: Service
    artifact: str
    peers: Mapping[str, Built]


def build_all(tools: Toolbox, service: Service, root: Path, revision: Revision) -> Built:
    """Build a service and its peers; what is in the store already is not built again.

    Args:
        tools: The engine's ports.
        service: What is built.
        root: Its service root.
        revision: Its revision.

    Raises:
        SourceError: If the source changed since the revision was read; names the paths.
        BuildError: With the builder's output.
    """
    peers = build_peers(tools, service, root)
    return Built(service, _ensure(tools, service, root, revision), peers)


def build_peers(tools: Toolbox, service: Service, root: Path) -> dict[str, Built]:
    """Build the peers of a service, by resource name; see `build_all`."""
    peers = {}
    for spec in service.resources:
        if isinstance(spec, PeerSpec):
            peer_root = (root / spec.path).resolve()
            peer = tools.peer(peer_root)
            peers[spec.name] = build_all(tools, peer, peer_root, tools.revise(peer_root))
    return peers


def moved(tools: Toolbox, root: Path, revision: Revision) -> str:
    """Say which files changed since a revision was read; empty for none."""
    changed = changed_paths(revision.files, tools.revise(root).files)
    if not changed:
        return ""
    more = f", … (+{len(changed) - PATHS_SHOWN} more)" if len(changed) > PATHS_SHOWN else ""
    return (
        f"the source changed during the run: {', '.join(changed[:PATHS_SHOWN])}{more}; start "
        "again, and what a run itself writes belongs into .gitignore or outside of the service root"
    )


def find_built(tools: Toolbox, service: Service, tree: str) -> str | None:
    """Return the digest of the artifact of a revision, if it was built or handed over."""
    return tools.artifacts.find(tree, service.name)


def find_all_built(
    tools: Toolbox, service: Service, root: Path, tree: str
) -> tuple[str | None, ...]:
    """Return the artifact of a revision, and those of its peers; None for what is not built."""
    peers = (
        (root / spec.path).resolve() for spec in service.resources if isinstance(spec, PeerSpec)
    )
    found = [find_built(tools, service, tree)]
    for each in peers:
        found += find_all_built(tools, tools.peer(each), each, tools.revise(each).tree)
    return tuple(found)


def install(tools: Toolbox, artifact: str) -> Installed:
    """Verify every byte of an artifact and make it ready to run.

    Raises:
        ArtifactError: If it was altered since it was built.
        BuildError: If it cannot be installed.
    """
    manifest = tools.artifacts.verify(artifact)
    return tools.installer.install(manifest, tools.artifacts.folder(artifact))


def _ensure(tools: Toolbox, service: Service, root: Path, revision: Revision) -> str:
    tree = revision.tree
    known = find_built(tools, service, tree)
    if known is not None:
        tools.progress.line(f"artifact of {service.name}: {short(known)} (built before)")
        return known
    if changed := moved(tools, root, revision):
        raise SourceError(changed)
    tools.progress.busy(f"building {service.name}")
    with tempfile.TemporaryDirectory(prefix="build-", dir=tools.workspace.state) as drafts:
        into = Path(drafts) / "files"
        into.mkdir()
        manifest = tools.builder.build(root, service.build, name=service.name, tree=tree, into=into)
        digest = tools.artifacts.add(manifest, into)
    tools.progress.line(
        f"artifact of {service.name}: {short(digest)} ({len(manifest.files)} files)"
    )
    return digest


def short(digest: str) -> str:
    """Return a digest as people read it: ``sha256:`` and twelve digits."""
    return digest[: len("sha256:") + 12]
