"""Builds an artifact as its specification says, from the very revision it is named after."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from pytest_pipeline.adapters.build.command import build_by_command
from pytest_pipeline.adapters.build.outputs import output_digests
from pytest_pipeline.adapters.build.steps import Steps
from pytest_pipeline.adapters.build.wheel import build_wheel
from pytest_pipeline.domain.artifacts import Manifest
from pytest_pipeline.domain.revisions import Revision, changed_paths
from pytest_pipeline.domain.services import BuildSpec, CommandBuild, WheelBuild
from pytest_pipeline.engine.ports import Clock, Processes
from pytest_pipeline.errors import BuildError, MissingExtraError


class ServiceBuilder:
    """The `Builder` of wheels and of commands.

    The source is read before and after: an artifact is never named after a revision that it was
    not built from.

    Args:
        processes: Runs the builders.
        clock: Time.
        revise: Reads the revision of a service root, just as the one was read whose tree is
            given to ``build``.
        find_uv: Returns the path of uv, or raises `MissingExtraError`.
    """

    def __init__(
        self,
        processes: Processes,
        clock: Clock,
        *,
        revise: Callable[[Path], Revision],
        find_uv: Callable[[], Path],
    ) -> None:
        self._processes = processes
        self._clock = clock
        self._revise = revise
        self._find_uv = find_uv

    def build(self, root: Path, spec: BuildSpec, *, name: str, tree: str, into: Path) -> Manifest:
        """Build the artifact of a service; see the port."""
        source = self._revise(root)
        if source.tree != tree:
            raise BuildError(
                f"the source of {name} changed after its revision was read: start the run again"
            )
        is_wheel = isinstance(spec, WheelBuild)
        into = into.resolve()
        try:
            self._make(root, source, spec, name=name, into=into)
            digests = output_digests(into, root)
        except OSError as error:
            raise BuildError(
                f"building {name}: {error}; see to free space and to the rights of the place"
            ) from error
        self._check_unchanged(root, source, name, is_wheel=is_wheel)
        return Manifest(
            name=name,
            kind="wheel" if is_wheel else "command",
            files=digests,
            python=f"{sys.version_info.major}.{sys.version_info.minor}" if is_wheel else None,
            revision_tree=tree,
        )

    def _make(
        self, root: Path, source: Revision, spec: BuildSpec, *, name: str, into: Path
    ) -> None:
        with tempfile.TemporaryDirectory(prefix="pytest-pipeline-build-") as work:
            match spec:
                case WheelBuild():
                    steps = self._steps(name, work, spec.timeout_s, self._find_uv())
                    build_wheel(root, source.files, steps=steps, into=into, python=sys.executable)
                case CommandBuild():
                    steps = self._steps(name, work, spec.timeout_s, self._uv_if_any())
                    build_by_command(root, spec.command, steps=steps, into=into)

    def _steps(self, name: str, work: str, timeout_s: float, uv: Path | None) -> Steps:
        return Steps(
            processes=self._processes,
            clock=self._clock,
            name=name,
            work=Path(work),
            timeout_s=timeout_s,
            deadline_s=self._clock.now() + timeout_s,
            uv=uv,
        )

    def _uv_if_any(self) -> Path | None:
        try:
            return self._find_uv()
        except MissingExtraError:
            return None  # commands may well do without; one that does not says so itself

    def _check_unchanged(self, root: Path, source: Revision, name: str, *, is_wheel: bool) -> None:
        changed = changed_paths(source.files, self._revise(root).files)
        if not changed:
            return
        advice = (
            "start the run again"
            if is_wheel
            else "have the command write to {output} only, or git ignore what it writes elsewhere"
        )
        raise BuildError(
            f"the source of {name} changed while it was built: {', '.join(changed[:5])}"
            f"{' and more' if len(changed) > 5 else ''}; {advice}"  # noqa: PLR2004 - as shown
        )
