"""What a statement says twice: it has to agree, and nothing in it may be unknown.

Keys that this version adds have defaults in older files; keys that it does not know are of a newer
version, which may mean by them that the rest counts for less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_pipeline.domain.envelopes import canonical_json
from pytest_pipeline.domain.in_toto import Statement

#: The part of a predicate that is this tool's own.
OWN = "pipeline"

_SHOWN = 3


def demand_agreement(given: Statement, again: Statement, wrong: str, own: str = OWN) -> None:
    """Demand that a statement says what was read of it, and nothing else.

    Args:
        given: The statement as it was found.
        again: The statement made anew of what was read.
        wrong: How a refusal begins, such as ``not a promotion``.
        own: The part of the predicate in which keys may be missing, those that reading gives a
            default; empty for all of it.

    Raises:
        ValueError: If they contradict each other, or it knows more than this version.
    """
    try:
        unknown = sorted(_unknown(given.predicate, again.predicate))
        agrees = _agree(given, again, own)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{wrong}: {error!r}") from error
    if unknown:
        raise ValueError(
            f"{wrong} that this version can read: it was written by a newer version, which says "
            f"{', '.join(unknown[:_SHOWN])} in it; upgrade pytest-pipeline-gates"
        )
    if not agrees:
        raise ValueError(f"{wrong}: what it says twice differs")


def _agree(given: Statement, again: Statement, own: str) -> bool:
    if (given.subjects, given.predicate_type) != (again.subjects, again.predicate_type):
        return False
    if not own:
        return _said(given.predicate, again.predicate)
    standard, remade = ({**each.predicate, own: None} for each in (given, again))
    return _same(standard, remade) and _said(given.predicate[own], again.predicate[own])


def _said(given: Any, again: Any) -> bool:  # noqa: ANN401 - values of JSON
    """Whether all that is given is as it was made anew."""
    if isinstance(given, Mapping) and isinstance(again, Mapping):
        return all(key in again and _said(value, again[key]) for key, value in given.items())
    if _listed(given) and _listed(again):
        return len(given) == len(again) and all(map(_said, given, again))
    return _same(given, again)


def _same(given: object, again: object) -> bool:
    """Whether both are written alike: 1, 1.0 and true are not."""
    return canonical_json(given) == canonical_json(again)


def _unknown(given: Any, again: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 - as above
    """Yield the keys that are given and were not made anew, with where they are."""
    if isinstance(given, Mapping) and isinstance(again, Mapping):
        for key, value in given.items():
            here = f"{path}.{key}" if path else str(key)
            if key in again:
                yield from _unknown(value, again[key], here)
            else:
                yield repr(here)
    elif _listed(given) and _listed(again):
        for below, remade in zip(given, again, strict=False):
            yield from _unknown(below, remade, f"{path}[]")


def _listed(value: object) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
