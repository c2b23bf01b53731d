"""The generator's process: Locust with a listener that records every request.

Started as a file, never imported: Locust patches the standard library of whatever imports it, and
must be the first to import most of it. So nothing is imported here by name but what is harmless.

Arguments: folder for records, duration and stop time-out in seconds, and then Locust's own.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.recorder import Recorder

_PACKAGE = "pytest_pipeline.adapters.locust_load"


class Listener:
    """Records what happens in this process of the generator.

    Args:
        folder: Folder for records.
        duration_s: Duration of the load, seconds.
        stop_timeout_s: Time for requests in flight to finish at the end, seconds; as an option
            Locust takes whole ones only.
    """

    def __init__(self, folder: Path, duration_s: float, stop_timeout_s: float) -> None:
        self._folder = folder
        self._duration_s = duration_s
        self._stop_timeout_s = stop_timeout_s
        self._recorder: Recorder | None = None

    @property
    def recorder(self) -> Recorder:
        """The record of this process; there is one once Locust has set up its runner."""
        if self._recorder is None:
            raise RuntimeError("a request was sent before Locust was set up")
        return self._recorder

    def on_init(self, environment: Environment, **_: object) -> None:
        """Open the record; ``--processes`` forks before this."""
        if environment.shape_class is not None:
            raise ValueError(
                f"the load shape {type(environment.shape_class).__name__} would override users and "
                "duration of the load test; remove it from the locustfile"
            )
        environment.stop_timeout = self._stop_timeout_s
        role = type(environment.runner).__name__
        self._recorder = import_module(f"{_PACKAGE}.recorder").Recorder(self._folder, role)
        import_module(f"{_PACKAGE}.instruments").attach(environment, self.recorder.totals)
        for each in ("answers", "processor"):
            import_module(f"{_PACKAGE}.{each}").attach(environment, self.recorder.totals)
        import_module(f"{_PACKAGE}.urllib3_resends").attach(self.recorder.totals)
        import_module(f"{_PACKAGE}.pulse").attach(environment, self._folder, self._duration_s)

    def on_start(self, environment: Environment, **_: object) -> None:
        """Record the begin of the load, and set the time of its end.

        Locust's own ``--run-time`` takes whole seconds, and ends a load too early by the time since
        its event loop last looked at the clock: the imports, often more than a second.
        """
        runner: Any = environment.runner
        self.recorder.started(time.monotonic(), runner.target_user_count)
        if type(runner).__name__ != "WorkerRunner":
            import_module("gevent").spawn_later(self._duration_s, runner.quit)

    def on_spawned(self, user_count: int, **_: object) -> None:
        """Record that all users were started."""
        self.recorder.spawned(user_count)

    def on_request(
        self,
        request_type: str,
        name: str,
        response_time: float,
        exception: BaseException | None = None,
        context: Mapping[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Record a finished request, one of the users' own clients as well."""
        started_s = (context or {}).get("pytest_pipeline.started_s")
        if started_s is None:
            started_s = time.monotonic() - response_time / 1000
        else:
            self.recorder.totals.finished += 1
        failure = None if exception is None else f"{type(exception).__name__}: {exception}"
        self.recorder.request(started_s, response_time, f"{request_type} {name}", failure)

    def on_user_error(self, exception: BaseException, **_: object) -> None:
        """Count an exception that escaped a task."""
        self.recorder.exception(f"{type(exception).__name__}: {exception}")

    def on_stopping(self, environment: Environment, **_: object) -> None:
        """Record who still runs when the load ends."""
        users = environment.runner.user_classes_count if environment.runner else {}
        self.recorder.totals.pacing_tasks_per_s = import_module(f"{_PACKAGE}.instruments").pacing(
            environment.user_classes, users
        )
        self.recorder.stopped(time.monotonic(), sum(users.values()))

    def on_quit(self, exit_code: int, **_: object) -> None:
        """Close the record."""
        self.recorder.end(exit_code)


def main(arguments: list[str]) -> None:
    """Run Locust with the listener; does not return."""
    locust: Any = import_module("locust")
    folder, duration_s, stop_timeout_s, *own = arguments
    listener = Listener(Path(folder), float(duration_s), float(stop_timeout_s))
    events = locust.events
    events.init.add_listener(listener.on_init)
    events.test_start.add_listener(listener.on_start)
    events.spawning_complete.add_listener(listener.on_spawned)
    events.request.add_listener(listener.on_request)
    events.user_error.add_listener(listener.on_user_error)
    events.test_stopping.add_listener(listener.on_stopping)
    events.quit.add_listener(listener.on_quit)
    _ignore_configuration_files()
    sys.argv = ["locust", *own]
    import_module("locust.main").main()


def _ignore_configuration_files() -> None:
    """Let nothing but the arguments decide: no ``locust.conf``, no ``[tool.locust]``."""
    parser = import_module("locust.argument_parser")
    for function in (parser.get_parser, parser.get_empty_argument_parser):
        function.__defaults__ = tuple(
            () if isinstance(default, tuple) else default for default in function.__defaults__
        )


if __name__ == "__main__":
    main(sys.argv[1:])
