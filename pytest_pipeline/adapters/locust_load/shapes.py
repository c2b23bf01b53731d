"""Shapes of closed loads: ramps of our own, and those of the locustfile.

Runs in Locust's process.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from locust.env import Environment

    from pytest_pipeline.adapters.locust_load.plan import GeneratorPlan
    from pytest_pipeline.domain.load_ramps import Ramp


def choose_shape(environment: Environment, plan: GeneratorPlan) -> None:
    """Have the load take the shape that was asked for, and no other.

    Raises:
        SystemExit: If the locustfile has none of that name, or has one that nobody asked for.
    """
    there: dict[str, Any] = {**(environment.available_shape_classes or {})}
    names = ", ".join(sorted(there))
    if plan.shape and plan.shape not in there:
        raise SystemExit(
            f"there is no load shape {plan.shape} in the locustfile; it has {names or 'none'}"
        )
    if there and not plan.shape:
        raise SystemExit(
            f"the load shape {names} would override users and duration of the load test; give "
            f'shape="{min(there)}" in their place, or remove it from the locustfile'
        )
    ramp = plan.users_over_time()
    chosen: Any = there[plan.shape] if plan.shape else _ramp_shape(ramp) if ramp else None
    environment.shape_class = chosen
    if chosen is not None:
        chosen.runner = environment.runner


def _ramp_shape(ramp: Ramp) -> object:
    """Return a shape that follows a ramp; Locust asks it once a second."""
    base: Any = import_module("locust").LoadTestShape

    class RampShape(base):  # type: ignore[misc]  # Locust is imported late
        """Asks for the users of half a second later; as many are started at once as it takes."""

        last = (0, 1.0)

        def tick(self) -> tuple[int, float]:
            users = round(ramp.at(self.get_run_time() + 0.5))
            if users != self.last[0]:
                self.last = (users, float(max(1, abs(users - self.last[0]))))
            return self.last

    return RampShape()
