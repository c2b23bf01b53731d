"""Options of compared strategies: as configured, with waits that are short and all alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from pytest_pipeline.domain.strategies import strategy_named
from pytest_pipeline.domain.strategies.reading import read_options

#: Wait of a compared deployment at its end, and its longest one before that, seconds.
LONGEST_WAIT_S = 2.0
#: Options that are waits along the way.
_WAITS = ("step_s", "monitor_s")


def comparison_options(
    strategy: str, configured: Mapping[str, object]
) -> tuple[dict[str, object], str]:
    """Return the options with which a strategy is compared, and what is not as configured.

    All strategies are watched equally long at their end, two seconds, so that their times are like
    with like. Other waits under alarms last two seconds at most, what was replaced is not kept, and
    nobody is waited for. All else is as configured, or by default.

    Args:
        strategy: Name of the strategy.
        configured: Its options as configured; empty for the defaults.

    Returns:
        Option to value; and the waits that are not as configured in words, empty for none.

    Raises:
        ConfigError: If the strategy or an option is unknown.
    """
    kind = strategy_named(strategy).options
    full = asdict(read_options(kind, configured, of=f"options of strategy {strategy!r}"))
    short = dict(full)
    for each in fields(kind):
        if each.name in _WAITS:
            short[each.name] = min(full[each.name], LONGEST_WAIT_S)
    if "bake_s" in short:
        short["bake_s"] = LONGEST_WAIT_S
    if "scale_down_delay_s" in short:
        short["scale_down_delay_s"] = 0.0
    if strategy == "canary":
        short["steps"] = tuple(_step(each) for each in full["steps"])
    if not full.get("switch_steps"):
        short["step_s"] = full.get("step_s")  # nothing waits for it
    changed = [name for name in short if short[name] != full.get(name)]
    said = [_say(name, short[name]) for name in changed]
    return {name: short[name] for name in short if name in configured or name in changed}, (
        ", ".join(said)
    )


def _step(step: Mapping[str, object]) -> dict[str, object]:
    pause_s = float(str(step["pause_s"])) if step["pause"] is None else LONGEST_WAIT_S
    return {"weight": step["weight"], "pause_s": min(pause_s, LONGEST_WAIT_S), "pause": None}


def _say(name: str, value: object) -> str:
    if isinstance(value, float):
        return f"{name} = {value:g}"
    return f"pauses of {name} <= {LONGEST_WAIT_S:g} s"
