"""The generator's process: Locust with a listener that records every request.

Started as a file, never imported: Locust patches the standard library of whatever imports it, and
must be the first to import most of it. So nothing is imported here by name but what is harmless.

Arguments: a `plan.GeneratorPlan` as JSON, and then Locust's own. Of a load of several processes the
folder of the plan holds an `orders.Order`; on other machines `recruit` runs this.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.plan import GeneratorPlan
    from pytest_pipeline.adapters.locust_load.recorder import Recorder

_PACKAGE = "pytest_pipeline.adapters.locust_load"


class Listener:
    """Records what happens in this process of the generator.

    Args:
        plan: What it is to do.
        arguments: Those of the process.
        name: Name of the machine, of a worker of another one; empty for this one.
    """

    def __init__(self, plan: GeneratorPlan, arguments: Sequence[str], name: str = "") -> None:
        self._plan = plan
        self._arguments = arguments
        self._name = name
        self._open_model: Any = None
        self._end: Callable[[], None] | None = None
        self._ended = False
        self._recorder: Recorder | None = None
        self._began = False

    @property
    def recorder(self) -> Recorder:
        """The record of this process; there is one once Locust has set up its runner."""
        if self._recorder is None:
            raise RuntimeError("a request was sent before Locust was set up")
        return self._recorder

    def on_init(self, environment: Environment, **_: object) -> None:
        """Open the record; ``--processes`` forks before this."""
        plan = self._plan
        _own("shapes").choose_shape(environment, plan)
        environment.stop_timeout = plan.stop_timeout_s
        role = type(environment.runner).__name__
        recorder = self._recorder = _own("recorder").Recorder(Path(plan.folder), role)
        instruments = _own("instruments")
        instruments.attach(environment, recorder.totals, closed=not plan.rate)
        if plan.rate and role != "MasterRunner":  # which sends nothing itself
            model = _own("open_model").attach_open_model(environment, recorder.totals, plan)
            self._open_model = model
        for each in ("answers", "processor"):
            _own(each).attach(environment, recorder.totals)
        _own("urllib3_resends").attach(recorder.totals)
        _own("pulse").attach(environment, Path(plan.folder), plan.duration_s)
        events: Any = environment.events
        events.request.add_listener(instruments.request_listener(recorder))
        import_module("gevent").spawn(self._flush_on)
        self._end = _own("crews").attach(
            environment, Path(plan.folder), arguments=self._arguments, name=self._name, part=self
        )

    def on_start(self, environment: Environment, **_: object) -> None:
        """Record the begin of the load, and set the time of its end.

        Locust's own ``--run-time`` takes whole seconds, and ends a load too early by the time since
        its event loop last looked at the clock: the imports, often more than a second.
        """
        if self._began:  # of a shape each step may begin anew
            return
        self._began = True
        runner: Any = environment.runner
        self.recorder.started(time.monotonic(), runner.target_user_count)
        if type(runner).__name__ != "WorkerRunner":
            import_module("gevent").spawn_later(self._plan.duration_s, self._end or runner.quit)

    def on_spawned(self, user_count: int, **_: object) -> None:
        """Record that all users were started."""
        self.recorder.spawned(user_count)

    def on_user_error(self, exception: BaseException, **_: object) -> None:
        """Count an exception that escaped a task."""
        self.recorder.exception(f"{type(exception).__name__}: {exception}")

    def on_stopping(self, environment: Environment, **_: object) -> None:
        """Record who still runs when the load ends."""
        users = environment.runner.user_classes_count if environment.runner else {}
        self.recorder.totals.pacing_tasks_per_s = _own("instruments").pacing(
            environment.user_classes, users
        )
        self.recorder.stopped(time.monotonic(), sum(users.values()))

    def on_quit(self, exit_code: int, **_: object) -> None:
        """Close the record."""
        self.finish(exit_code)

    def share_of(self, index: int, of: int) -> None:
        """Take a place among several processes that send requests; the load has not begun yet."""
        import_module("pytest_pipeline.load_data").assign_share(index, of)
        if self._open_model is not None:
            self._open_model.take_part(index, of)

    def finish(self, exit_code: int) -> None:
        """End the record, once."""
        if not self._ended:
            self._ended = True
            self.recorder.end(exit_code)

    def _flush_on(self) -> None:
        sleep, every_s = import_module("gevent").sleep, _own("recorder").FLUSH_S
        while True:
            sleep(every_s)
            self.recorder.flush()


def main(arguments: Sequence[str], name: str = "") -> None:
    """Run Locust with the listener; does not return.

    Args:
        arguments: See above.
        name: See `Listener`.
    """
    locust: Any = import_module("locust")
    plan, *own = arguments
    listener = Listener(_own("plan").GeneratorPlan.from_json(plan), arguments, name)
    events = locust.events
    events.init.add_listener(listener.on_init)
    events.test_start.add_listener(listener.on_start)
    events.spawning_complete.add_listener(listener.on_spawned)
    events.user_error.add_listener(listener.on_user_error)
    events.test_stopping.add_listener(listener.on_stopping)
    events.quit.add_listener(listener.on_quit)
    _ignore_configuration_files()
    sys.argv = ["locust", *_own("crews").locust_options(plan), *own]
    import_module("locust.main").main()


def _own(module: str) -> Any:  # noqa: ANN401 - a module
    return import_module(f"{_PACKAGE}.{module}")


def _ignore_configuration_files() -> None:
    """Let nothing but the arguments decide: no ``locust.conf``, no ``[tool.locust]``."""
    parser = import_module("locust.argument_parser")
    for function in (parser.get_parser, parser.get_empty_argument_parser):
        function.__defaults__ = tuple(
            () if isinstance(default, tuple) else default for default in function.__defaults__
        )


if __name__ == "__main__":
    main(sys.argv[1:])
