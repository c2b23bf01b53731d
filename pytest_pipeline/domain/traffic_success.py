"""Whether client traffic met a service that works at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pytest_pipeline.domain.traffic import Outcome, RequestSample

#: How many kinds of answers are named.
_NAMED = 3
_SUCCESSES = ("2", "3")


def no_success(samples: Sequence[RequestSample]) -> str:
    """Return what was answered where no request got a 2xx or 3xx; empty when one did.

    A service that answers nothing well cannot lose anything either: its figures say nothing.
    """
    if any(_is_success(each) for each in samples):
        return ""
    kinds = Counter(f"{each.route or 'the probe'} got {each.detail}" for each in samples)
    named = ", ".join(f"{kind} ({count} x)" for kind, count in kinds.most_common(_NAMED))
    return (
        f"none of {len(samples)} requests was answered with success (2xx or 3xx): {named}; does "
        "the service work, and is probe.path right?"
    )


def _is_success(sample: RequestSample) -> bool:
    return sample.outcome is Outcome.OK and sample.detail.startswith(_SUCCESSES)
