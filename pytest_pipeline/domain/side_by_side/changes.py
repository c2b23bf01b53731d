"""What differs between two ways to compare side by side, and whether the new one demands less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pytest_pipeline.domain.policy_changes import NOT_COMPARABLE, ChangeKind, PolicyChange

_PLACE = "side_by_side"
#: What a higher figure does. More power, and less that may be missed, make a PASS harder. More runs
#: and false alarms change which verdict blocks, FAIL or INCONCLUSIVE, and never let a release pass
#: more often that is worse by what has to be found: neither is weaker. A longer run looks at more.
_HIGHER: Mapping[str, ChangeKind] = MappingProxyType(
    {
        "runs": ChangeKind.OTHER,
        "duration_s": ChangeKind.STRONGER,
        "warm_up_s": ChangeKind.OTHER,
        "false_alarm_percent": ChangeKind.OTHER,
        "power_percent": ChangeKind.STRONGER,
        "detect_percent": ChangeKind.WEAKER,
    }
)
_OPPOSITE: Mapping[ChangeKind, ChangeKind] = MappingProxyType(
    {
        ChangeKind.STRONGER: ChangeKind.WEAKER,
        ChangeKind.WEAKER: ChangeKind.STRONGER,
        ChangeKind.OTHER: ChangeKind.OTHER,
    }
)


def side_by_side_changes(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[PolicyChange]:
    """Yield what differs; without the table relative objectives compare one figure with another.

    Args:
        old: The settings as a document of a gate has them; None for none.
        new: The same.
    """
    if old is None or new is None:
        if old != new:
            kind = ChangeKind.STRONGER if old is None else ChangeKind.WEAKER
            yield PolicyChange(kind, _PLACE, _told(old), _told(new))
        return
    for key in dict.fromkeys((*old, *new)):
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        place = f"{_PLACE}.{key}"
        if key not in _HIGHER or was is None or now is None:
            yield PolicyChange(ChangeKind.WEAKER, place, str(was), str(now), NOT_COMPARABLE)
            continue
        kind = _HIGHER[key] if now > was else _OPPOSITE[_HIGHER[key]]
        yield PolicyChange(kind, place, f"{was:g}", f"{now:g}")


def _told(settings: Mapping[str, Any] | None) -> str:
    return "-" if settings is None else f"up to {settings['runs']} runs of each release"
