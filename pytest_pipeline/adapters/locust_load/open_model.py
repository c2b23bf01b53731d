"""The open model: tasks begin when they are due, whatever became of those before.

Runs in Locust's process. Users are ordinary ones of Locust, whose loop of tasks stays as it is, but
for its waits: between two tasks a user is free, until the next task that is due is handed to it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pytest_pipeline.adapters.locust_load.turns import turns
from pytest_pipeline.domain.load_ramps import Ramp, due_times

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.plan import GeneratorPlan
    from pytest_pipeline.adapters.locust_load.recorder import Totals

#: A task that is handed over later than this after it was due began late, seconds.
LATE_S = 0.1
#: Attribute of a user: when the task that it was given was due, until its first request took it.
DUE = "_pipeline_due_s"
_WAITING, _STOPPING, _RUNNING = "waiting", "stopping", "running"
_HANDED = "_pipeline_handed"


@dataclass(eq=False)
class _Place:
    """Of a user in the pool: what wakes it, and whether a task is waiting for it."""

    woken: Any
    handed: bool = False


class OpenModel:
    """Begins tasks when they are due, by users that are free, or new ones.

    Args:
        environment: Locust's, with its runner.
        totals: Where tasks are counted.
        plan: When they are due, and how many users there may be.
    """

    def __init__(self, environment: Environment, totals: Totals, plan: GeneratorPlan) -> None:
        self._environment = environment
        self._totals = totals
        self._plan = plan
        self._max_users = plan.max_users
        self._due = due_times(Ramp(plan.rate), plan.duration_s)
        self._free: dict[type, dict[Any, None]] = {}
        self._users = 0
        self._began_s = 0.0
        self._scheduler: Any = None
        self._ended = False
        self._gevent: Any = import_module("gevent")
        self._new_event: Any = import_module("gevent.event").Event
        self._stop_user: Any = import_module("locust.exception").StopUser

    def take_part(self, part: int, parts: int) -> None:
        """Begin only this part of the tasks, from 0, of a load that several processes share."""
        plan = self._plan
        self._max_users = max(1, (plan.max_users - part + parts - 1) // parts)
        self._due = due_times(Ramp(plan.rate), plan.duration_s, part=part, parts=parts)

    def start(self, **_: object) -> None:
        """Begin: the first task is due now."""
        self._began_s = time.monotonic()
        self._scheduler = self._gevent.spawn(self._begin_tasks)

    def stop(self, **_: object) -> None:
        """Begin no further task; count what should have begun."""
        if self._ended:  # Locust's workers say so twice
            return
        self._ended = True
        if self._scheduler is not None:
            self._scheduler.kill(block=False)
        missed = sum(1 for _ in self._until(time.monotonic()))
        self._totals.tasks_due += missed
        self._totals.tasks_late += missed

    def rest(self, user: Any) -> None:  # noqa: ANN401 - Locust's, imported late
        """Have a user wait, in its greenlet, until there is a task for it."""
        if self._ended or user._state == _STOPPING:  # noqa: SLF001 - Locust has no other name for it
            raise self._stop_user
        place: _Place = user.__dict__[_HANDED]
        if not place.handed:
            free = self._free.setdefault(type(user), {})
            user._state = _WAITING  # noqa: SLF001 - so it may be ended
            free[user] = None
            try:
                place.woken.wait()
            finally:
                free.pop(user, None)
        place.handed = False
        place.woken.clear()

    def _begin_tasks(self) -> None:
        classes = turns({each: each.weight for each in self._environment.user_classes})
        sleep = self._gevent.sleep
        for due_s in self._due:
            # A sleep in any case: users would never run beside a schedule that is behind.
            sleep(max(self._began_s + due_s - time.monotonic(), 0))
            self._begin(next(classes), self._began_s + due_s)

    def _begin(self, user_class: type, due_s: float) -> None:
        totals = self._totals
        lag_s = time.monotonic() - due_s
        totals.tasks_due += 1
        totals.tasks_late += lag_s > LATE_S
        totals.longest_lag_s = max(totals.longest_lag_s, lag_s)
        user = self._user(user_class)
        if user is None:
            totals.tasks_dropped += 1
            return
        user._state = _RUNNING  # noqa: SLF001 - so that it is not ended, but asked to stop
        place: _Place = user.__dict__[_HANDED]
        place.handed = True
        setattr(user, DUE, due_s)
        place.woken.set()

    def _user(self, user_class: type) -> Any | None:  # noqa: ANN401 - Locust's, imported late
        """Return one that is free, that which was so last: its connection is still open."""
        free = self._free.get(user_class)
        if free:
            return free.popitem()[0]
        return self._new_user(user_class) if self._users < self._max_users else None

    def _new_user(self, user_class: Any) -> Any | None:  # noqa: ANN401 - Locust's, imported late
        runner: Any = self._environment.runner
        try:
            user = user_class(self._environment)
        except Exception as error:  # noqa: BLE001 - whatever the user's own code raises
            events: Any = self._environment.events
            events.user_error.fire(user_instance=None, exception=error, tb=error.__traceback__)
            return None
        user.__dict__[_HANDED] = _Place(self._new_event())
        self._users += 1
        user.start(runner.user_greenlets).link(lambda _: self._gone(user))
        return user

    def _gone(self, user: Any) -> None:  # noqa: ANN401 - Locust's, imported late
        self._users -= 1
        if user.__dict__[_HANDED].handed and not self._ended:
            self._totals.tasks_dropped += 1

    def _until(self, now_s: float) -> Iterator[float]:
        for due_s in self._due:
            if self._began_s + due_s >= now_s:
                return
            yield due_s


def attach_open_model(environment: Environment, totals: Totals, plan: GeneratorPlan) -> OpenModel:
    """Have Locust's users begin tasks when they are due.

    Raises:
        SystemExit: If the locustfile has a user class that no rate can be had of.
    """
    _refuse(environment)
    model = OpenModel(environment, totals, plan)
    events: Any = environment.events
    events.test_start.add_listener(model.start)
    events.test_stopping.add_listener(model.stop)
    task_module: Any = import_module("locust.user.task")
    task_set = task_module.TaskSet
    sleep, execute = task_set.wait, task_set.execute_next_task
    running: set[Any] = set()

    def wait(self: Any) -> None:  # noqa: ANN401
        if self in running:  # a wait in the middle of a task
            sleep(self)
        else:
            totals.task_runs += 1
            model.rest(self.user)

    def execute_next_task(self: Any) -> None:  # noqa: ANN401
        running.add(self)
        try:
            execute(self)
        except task_module.RescheduleTaskImmediately as error:  # the next one is due when it is
            raise task_module.RescheduleTask from error
        finally:
            running.discard(self)

    task_set.wait, task_set.execute_next_task = wait, execute_next_task
    # Of the user itself, after its own on_start and before its first task.
    task_module.DefaultTaskSet.on_start = lambda self: model.rest(self.user)
    return model


def _refuse(environment: Environment) -> None:
    for each in environment.user_classes:
        if each.fixed_count:
            raise SystemExit(
                f"{each.__name__}.fixed_count = {each.fixed_count} has no meaning for a load with "
                "rate, whose users are as many as it takes; give the class a weight"
            )
        if hasattr(each, "functions"):
            raise SystemExit(
                f"{each.__name__} has no tasks that could begin at a rate; give it tasks, or give "
                "users and spawn_rate in the place of rate"
            )
