"""What differs between two policies of an environment, and whether the new one demands less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from pytest_pipeline.domain.elapsed_time import duration_words
from pytest_pipeline.domain.gate_comparison import gate_changes
from pytest_pipeline.domain.policy_changes import (
    NOT_COMPARABLE,
    ChangeKind,
    PolicyChange,
    compared_figures,
    compared_others,
    weaker_among,
)
from pytest_pipeline.domain.stage_runs import run_changes

__all__ = ["ChangeKind", "PolicyChange", "changed_demands", "policy_changes", "weaker_among"]

_Document = Mapping[str, Any]
_KNOWN = ("environment", "stages", "runs", "max_age_s", "signers")


def policy_changes(old: _Document, new: _Document) -> tuple[PolicyChange, ...]:
    """Return what differs between two policies; empty where they demand the same.

    Args:
        old: A document of `policies.policy_document`, of the last promotion say.
        new: The same, of what is configured now.

    Raises:
        ValueError: If one of them is no policy.
    """
    try:
        return (
            *_stages(old["stages"], new["stages"]),
            *_runs(old, new),
            *compared_figures("max_age_s", old["max_age_s"], new["max_age_s"], told=duration_words),
            *_signers(old["signers"], new["signers"]),
            *compared_others(old, new, _KNOWN),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a policy: {error!r}") from error


def changed_demands(old: _Document, new: _Document) -> tuple[str, ...]:
    """Return what differs between two gates, in words; empty where that is not known."""
    if not old or not new:
        return ()
    try:
        return tuple(each.text for each in gate_changes(old, new))
    except ValueError:
        return ()


def _stages(old: _Document, new: _Document) -> Iterator[PolicyChange]:
    for name in dict.fromkeys((*old, *new)):
        place = f"stages.{name}"
        if name not in new:
            yield PolicyChange(ChangeKind.WEAKER, place, "demanded", "-")
        elif name not in old:
            yield PolicyChange(ChangeKind.STRONGER, place, "-", "demanded")
        else:
            yield from (each.at(place) for each in gate_changes(old[name], new[name]))


def _runs(old: _Document, new: _Document) -> Iterator[PolicyChange]:
    """Yield what stages run now that both demand; policies of earlier versions did not say it."""
    before, now = old.get("runs"), new.get("runs")
    if before and now is None:
        yield PolicyChange(ChangeKind.WEAKER, "runs", "told", "-", NOT_COMPARABLE)
    elif now:
        kept = {name: each for name, each in now.items() if name in old["stages"]}
        yield from run_changes(before or {}, kept)


def _signers(old: _Document, new: _Document) -> Iterator[PolicyChange]:
    """Yield whose signatures count from now on, by key: a name says nothing."""
    if bool(old) != bool(new):
        kind = ChangeKind.STRONGER if new else ChangeKind.WEAKER
        told = (", ".join(each) or "nobody has to sign" for each in (old, new))
        yield PolicyChange(kind, "signers", *told)
        return
    before, after = _by_key(old), _by_key(new)
    for key in dict.fromkeys((*before, *after)):
        if key not in after:
            yield PolicyChange(ChangeKind.STRONGER, f"signers.{before[key][0]}", "believed", "-")
        elif key not in before:
            yield PolicyChange(ChangeKind.WEAKER, f"signers.{after[key][0]}", "-", "believed")
        else:
            yield from _signer(before[key], after[key])


def _by_key(signers: _Document) -> dict[str, tuple[str, _Document]]:
    return {str(each["key"]): (name, each) for name, each in signers.items()}


def _signer(old: tuple[str, _Document], new: tuple[str, _Document]) -> Iterator[PolicyChange]:
    place = f"signers.{new[0]}"
    if old[0] != new[0]:
        yield PolicyChange(ChangeKind.OTHER, f"{place}.name", old[0], new[0])
    before, after = old[1], new[1]
    for key in ("stages", "environments"):
        was, now = before[key], after[key]
        if was != now:
            narrower = all(_covered(each, was) for each in now)
            kind = ChangeKind.STRONGER if narrower else ChangeKind.WEAKER
            yield PolicyChange(kind, f"{place}.{key}", ", ".join(was), ", ".join(now))
    if before["approves"] != after["approves"]:
        kind = ChangeKind.WEAKER if after["approves"] else ChangeKind.STRONGER
        told = ("true" if each["approves"] else "false" for each in (before, after))
        yield PolicyChange(kind, f"{place}.approves", *told)


def _covered(pattern: str, by: Sequence[str]) -> bool:
    """Return whether all that a pattern names is named by others; a no may be doubt."""
    if pattern in by or "*" in by:
        return True
    plain = not any(each in pattern for each in "*?[")
    return plain and any(fnmatchcase(pattern, each) for each in by)
