"""Draws valid options of a strategy."""

from __future__ import annotations

import math
from random import Random

from pytest_pipeline.domain.lifecycle_events import HOOK_EVENTS


def draw_options(random: Random, strategy: str, replicas: int) -> dict[str, object]:
    """Return options of a strategy, as a configuration would have them.

    Args:
        random: Source of chance.
        strategy: Name of the strategy.
        replicas: Instances wanted; count, >= 1.
    """
    options: dict[str, object] = {
        "min_ready_s": random.choice((0.0, 0.0, 0.0, 0.5)),
        "bake_s": random.choice((0.0, 0.5, 2.0)),
    }
    draw = {
        "in-place": _in_place,
        "rolling": _rolling,
        "blue-green": _blue_green,
        "canary": _canary,
    }.get(strategy)
    return options | (draw(random, replicas) if draw else {})


def _in_place(random: Random, replicas: int) -> dict[str, object]:
    events = [each for each in HOOK_EVENTS if random.random() < 0.1]  # noqa: PLR2004 - a share
    return {
        "max_unavailable": _batch(random, replicas),
        "hooks": {event: ["hook", event] for event in events},
    }


def _rolling(random: Random, replicas: int) -> dict[str, object]:
    options: dict[str, object] = {
        "batch_size": _batch(random, replicas),
        "order": random.choice(("start-first", "stop-first")),
        "monitor_s": random.choice((0.0, 0.0, 0.0, 0.5)),
        "max_failure_ratio": random.choice((0.0, 0.0, 0.1, 0.5)),
    }
    if random.random() < 0.5:  # noqa: PLR2004 - a share
        surge = random.randint(0, _batch(random, replicas))
        unavailable = random.randint(0 if surge else 1, _batch(random, replicas))
        options |= {"max_surge": surge, "max_unavailable": unavailable}
    return options


def _blue_green(random: Random, replicas: int) -> dict[str, object]:
    del replicas
    return {
        "preview": random.random() < 0.3,  # noqa: PLR2004 - a share
        "smoke_tests": random.choice(([], ["e2e"])),
        "switch_steps": random.choice(([], [], [50], [10, 50])),
        "step_s": random.choice((0.0, 0.5)),
        "scale_down_delay_s": random.choice((0.0, 1.0)),
    }


def _canary(random: Random, replicas: int) -> dict[str, object]:
    del replicas
    weights = sorted(random.sample(range(1, 100), random.randint(0, 3)))
    return {
        "steps": [
            {"weight": weight, "pause": "promotion"}
            if random.random() < 0.2  # noqa: PLR2004 - a share
            else {"weight": weight, "pause_s": random.choice((0.0, 0.3, 1.0))}
            for weight in weights
        ],
        "testers_header": random.choice(("", "x-tester: yes")),
        "sticky_by": random.choice(("", "cookie:session")),
        "scale_down_delay_s": random.choice((0.0, 1.0)),
    }


def _batch(random: Random, replicas: int) -> int:
    """Return the size of a batch, 1..replicas; most large fleets take ten batches at most."""
    few = random.random() < (0.5 if replicas < 30 else 0.9)  # noqa: PLR2004 - shares and a size
    least = math.ceil(replicas / 10) if few else 1
    return min(replicas, int(least * math.exp(random.uniform(0, math.log(replicas / least + 1)))))
