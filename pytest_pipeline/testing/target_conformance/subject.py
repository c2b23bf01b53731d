"""A target that is checked, and what its instances run."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.engine.ports import Clock, LaunchRequest, Target

_POLL_S = 0.02
_HTTP_TIMEOUT_S = 5.0
#: Grace of instances that are cleared away, seconds.
_GRACE_S = 1.0


class NonConformanceError(AssertionError):
    """A target does not do what every target promises."""


@dataclass(frozen=True)
class TargetSubject:
    """A target that is checked.

    Attributes:
        target: The target.
        another: Returns the target anew, as another process would make it; what the first one
            launched has to be recognised by it.
        argv: Runs `INSTANCE_PROGRAM` where instances run; ``{port}`` is its argument.
        folder: Working directory of instances, and folder of their logs; exists.
        env: What the program needs at least, such as ``PATH``.
        clock: Time.
        patience_s: How long an instance may take to come up or to be gone, seconds, > 0.
        orphaned: Launches the given request in a process of its own, as an instance to be kept,
            hands it over if told to, kills the process with SIGKILL and returns the instance.
            None where instances of killed owners are no concern.
    """

    target: Target
    another: Callable[[], Target]
    argv: tuple[str, ...]
    folder: Path
    env: Mapping[str, str]
    clock: Clock
    patience_s: float = 20.0
    orphaned: Callable[[LaunchRequest, bool], Instance] | None = None
    _launched: list[Instance] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def request(self, *, port: int | None = None, **variables: str) -> LaunchRequest:
        """Return a request for an instance of its own name.

        Args:
            port: Port to take; None for a free one.
            variables: More environment variables.
        """
        name = f"r7-{next(self._numbers)}"
        env = {**self.env, **variables}
        log = self.folder / f"{name}.log"
        return LaunchRequest(name, 7, self.argv, self.folder, env, log, port)

    def launch(self, request: LaunchRequest | None = None) -> Instance:
        """Launch an instance, which is stopped after the check."""
        instance = self.target.launch(self.request() if request is None else request)
        self._launched.append(instance)
        return instance

    def serving(self, request: LaunchRequest | None = None) -> Instance:
        """Launch an instance and wait until it answers.

        Raises:
            NonConformanceError: If it does not.
        """
        instance = self.launch(request)
        self.await_true(lambda: self.answer(instance) is not None, f"{instance.id} answers")
        return instance

    def adopt(self, instance: Instance) -> None:
        """Stop an instance after the check that somebody else launched."""
        self._launched.append(instance)

    def answer(self, instance: Instance, path: str = "/") -> Mapping[str, str] | None:
        """Return what an instance answers; None for nothing or an error."""
        with closing(HTTPConnection(instance.host, instance.port, timeout=_HTTP_TIMEOUT_S)) as http:
            try:
                http.request("GET", path)
                answer = http.getresponse()
                told: dict[str, str] = json.loads(answer.read())
            except (OSError, HTTPException, ValueError):
                return None
        return told if answer.status == 200 else None  # noqa: PLR2004 - HTTP

    def await_true(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for something.

        Raises:
            NonConformanceError: If it does not come true in time.
        """
        deadline = self.clock.now() + self.patience_s
        while not condition():
            if self.clock.now() > deadline:
                raise NonConformanceError(f"not so within {self.patience_s:g} s: {what}")
            self.clock.sleep(_POLL_S)

    def demand(self, condition: object, what: str) -> None:
        """Demand that something is so.

        Raises:
            NonConformanceError: If it is not.
        """
        if not condition:
            raise NonConformanceError(f"not so: {what}")

    def stop_all(self) -> None:
        """Stop everything that was launched."""
        while self._launched:
            self.target.stop(self._launched.pop(), grace_s=_GRACE_S)
