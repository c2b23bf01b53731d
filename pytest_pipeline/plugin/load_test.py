"""The fixture that puts load on the environment of a stage."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pytest_pipeline.domain.load import MAX_USERS, LoadResult, LoadSpec
from pytest_pipeline.domain.load_settings import LoadSettings
from pytest_pipeline.engine.ports import LoadRunner
from pytest_pipeline.plugin.recording import Recorder
from pytest_pipeline.plugin.session_state import recorder_of
from pytest_pipeline.plugin.stage_context import stage_environment, stage_handoff


class LoadTest:
    """What `pipeline_load_test` gives a test: call it to put load on the environment."""

    def __init__(  # noqa: PLR0913 - what a load test is made of, by name
        self,
        runner: LoadRunner,
        recorder: Recorder,
        *,
        url: str,
        folder: Path,
        bases: Sequence[Path],
        source: LoadSettings | None = None,
    ) -> None:
        self._runner = runner
        self._recorder = recorder
        self._url = url
        self._folder = folder
        self._bases = bases
        self._source = source or LoadSettings()

    def __call__(  # noqa: PLR0913 - what load is wanted, by name
        self,
        locustfile: str | os.PathLike[str],
        *,
        duration_s: float,
        users: int = 0,
        spawn_rate: float = 0.0,
        rate: float | None = None,
        ramp: Sequence[tuple[float, float]] = (),
        shape: str = "",
        max_users: int = MAX_USERS,
        user_classes: Sequence[str] = (),
        processes: int | None = None,
        variables: Mapping[str, str] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> LoadResult:
        """Put load on the environment and wait for the result.

        It is one of: ``users`` with ``spawn_rate``, ``rate``, ``ramp`` (of users, or of tasks a
        second with ``rate``), ``shape``.

        Args:
            locustfile: Path, relative to the test's folder, else to the root folder.
            duration_s: Duration of the load, seconds, > 0.
            users: Concurrent users; count, >= 1.
            spawn_rate: Users started a second, > 0.
            rate: Tasks begun a second, whatever became of those before, > 0.
            ramp: Points of time in seconds and users, or tasks a second, with straight lines
                between them.
            shape: Name of a ``LoadTestShape`` of the locustfile.
            max_users: Users at the same time with ``rate``; count, >= 1.
            user_classes: Names of user classes; empty for all.
            processes: Processes that send requests, on each machine; count, 1-256; None for what
                the stage's ``load`` table says.
            variables: Environment variables for the locustfile, tokens say.
            data: What the locustfile reads with `pytest_pipeline.load_data`, by name, JSON values.

        Raises:
            ConfigError: Names everything that is wrong with these.
            LoadError: If the generator could not be run.
            FileNotFoundError: If there is no such locustfile.
        """
        spec = LoadSpec(
            str(self._find(locustfile)),
            self._url,
            users,
            spawn_rate,
            duration_s,
            tuple(user_classes),
            source=self._source if processes is None else self._source.with_processes(processes),
            variables=dict(variables or {}),
            data=dict(data or {}),
            rate=rate,
            ramp=tuple((float(at_s), float(height)) for at_s, height in ramp),
            shape=shape,
            max_users=max_users,
        )
        folder = self._folder / f"load-{secrets.token_hex(4)}"
        folder.mkdir()
        with _alone(self._folder / "load.lock"):
            result = self._runner.run(spec, folder=folder)
        self._recorder.record_load(result)
        return result

    def _find(self, locustfile: str | os.PathLike[str]) -> Path:
        tried = [base / locustfile for base in self._bases]
        for path in tried:
            if path.is_file():
                return path
        raise FileNotFoundError(
            f"no locustfile {os.fspath(locustfile)!r}; looked for {' and '.join(map(str, tried))}"
        )


def load_test(config: pytest.Config, folder: Path) -> LoadTest:
    """Return the load test of the running stage; fails the test where there is none."""
    from pytest_pipeline import wiring  # noqa: PLC0415 - picks adapters, of which few tests need one

    handoff = stage_handoff(config, "pipeline_load_test")
    environment = stage_environment(config, "pipeline_load_test")
    recorder = recorder_of(config)
    assert recorder is not None  # noqa: S101 - where there is a hand-off, there is a recorder
    return LoadTest(
        wiring.load_runner(),
        recorder,
        url=environment.url,
        folder=Path(handoff.folder),
        bases=(folder, config.rootpath),
        source=handoff.load,
    )


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep workers of pytest-xdist from putting load on one environment at the same time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
