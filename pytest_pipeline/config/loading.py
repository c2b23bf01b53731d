"""Loading: from a service root to its pipeline, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pytest_pipeline.config.conversion import to_pipeline
from pytest_pipeline.config.declared import declared_by
from pytest_pipeline.config.documents import Document, read_document
from pytest_pipeline.config.models.configuration import Configuration
from pytest_pipeline.config.models.resources import PeerTable
from pytest_pipeline.config.problems import Problem, place, refusal
from pytest_pipeline.config.quarantine_file import read_quarantine
from pytest_pipeline.config.validating import validated
from pytest_pipeline.domain.pipelines import Pipeline
from pytest_pipeline.domain.services import Service
from pytest_pipeline.errors import ConfigError


def load(root: Path) -> Pipeline:
    """Read the configuration of a service root, and of its peers to see that they are right too.

    Raises:
        ConfigError: If there is none, or two, or anything in it is wrong; the message holds every
            problem, one a line: ``path/to/pyproject.toml:LINE: key: got …, wanted …``.
    """
    return _load(root, on_the_way=())


def load_service(root: Path) -> Service:
    """Read how the service of a root is built and run; all that is wanted of a peer.

    Raises:
        ConfigError: As `load`, and if it is not built and run at all.
    """
    return _service(_load(root, on_the_way=()), root)


def _load(root: Path, *, on_the_way: tuple[Path, ...]) -> Pipeline:
    root = root.absolute()
    document = read_document(root)
    declared = declared_by(root, document.data)
    configuration, problems = validated(document.data, declared)
    lines = document.told(problems)
    quarantine, wrong = read_quarantine(root, configuration)
    lines += document.told(problem for problem in wrong if isinstance(problem, Problem))
    lines += [problem for problem in wrong if isinstance(problem, str)]
    if configuration is not None:
        lines += _peer_problems(document, configuration, (*on_the_way, root.resolve()))
    if configuration is None or lines:
        raise refusal(lines)
    return to_pipeline(configuration, declared, quarantine)


def _service(pipeline: Pipeline, root: Path) -> Service:
    if pipeline.service is None:
        raise ConfigError(
            f"{place(root)}: got a configuration without a service, wanted name, [build] and [run]"
        )
    return pipeline.service


def _peer_problems(
    document: Document, configuration: Configuration, way: tuple[Path, ...]
) -> Iterator[str]:
    """Yield what is wrong with peers: their configuration, or a way back to where it began."""
    for name, peer in configuration.resources.items():
        if not isinstance(peer, PeerTable):
            continue
        at = ("resources", name, "path")
        folder = document.file.parent / peer.path
        if folder.resolve() in way:
            text = f"got {peer.path!r}, which needs this service itself, wanted no circle"
            yield from document.told([Problem(at, text)])
            continue
        try:
            _service(_load(folder, on_the_way=way), folder)
        except ConfigError as error:
            text = f"got {peer.path!r}, whose own configuration is wrong, wanted a right one"
            yield from (*document.told([Problem(at, text)]), str(error))
