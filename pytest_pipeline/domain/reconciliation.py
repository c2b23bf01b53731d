"""Three counts of the same traffic side by side: the probe's, the router's, the instances'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pytest_pipeline.domain.instance_counts import InstanceCount
from pytest_pipeline.domain.marked_requests import RoutedRequest
from pytest_pipeline.domain.traffic import Outcome, RequestSample

#: Said where no configuration tells how instances count.
NOT_COUNTED = "instances' counts are not measured: [run.metrics] names no counter"


@dataclass(frozen=True)
class Reconciliation:
    """What the three counts come to.

    Attributes:
        retried_requests: Requests that the router passed on more than once; count.
        saved_requests: Of these answered in the end: dropped once, and their clients did not see
            it; count.
        findings: What does not add up but is explained, and what was not measured.
        problems: What does not add up and is not explained: the measurement cannot be trusted.
    """

    retried_requests: int = 0
    saved_requests: int = 0
    findings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def reconcile(
    samples: Sequence[RequestSample],
    routed: Sequence[RoutedRequest],
    counts: Sequence[InstanceCount] | None,
    *,
    router_died: bool = False,
) -> Reconciliation:
    """Lay the probe's requests beside what the router saw of them and what instances counted.

    Args:
        samples: Every request of the probe.
        routed: What the router saw of those that carry the probe's token.
        counts: What each instance counted; one that was started anew may be there twice. None where
            the instances' counts are not measured.
        router_died: Whether the router died meanwhile, and with it what it had not written yet.
    """
    if not samples:
        return Reconciliation()
    sent = {each.marker: each for each in samples if each.marker}
    retried = [each for each in routed if each.attempts > 1 and each.marker in sent]
    saved = [each for each in retried if sent[each.marker].outcome is not Outcome.LOST]
    findings, problems = _beside_router(sent, routed, router_died=router_died)
    if len(sent) < len(samples):
        findings.append(f"{len(samples) - len(sent)} requests of the probe carry no marker")
    if saved:
        findings.append(
            f"the router hid {len(saved)} dropped requests from their clients by trying again; "
            "they count as lost"
        )
    if counts is None:
        findings.append(NOT_COUNTED)
    else:
        for text, is_problem in _beside_instances(routed, counts):
            (problems if is_problem else findings).append(text)
    return Reconciliation(len(retried), len(saved), tuple(findings), tuple(problems))


def _beside_router(
    sent: dict[str, RequestSample], routed: Sequence[RoutedRequest], *, router_died: bool
) -> tuple[list[str], list[str]]:
    """Return findings and problems."""
    findings, problems = [], []
    seen = Counter(each.marker for each in routed)
    absent = [
        each
        for marker, each in sent.items()
        if marker not in seen and each.outcome is not Outcome.UNSENT
    ]
    unseen = [each for each in absent if not _answered(each)]
    gone = len(absent) - len(unseen)
    if unseen:
        kinds = Counter(each.detail for each in unseen).most_common()
        findings.append(
            f"the router saw {len(unseen)} requests fewer than the probe sent: "
            + ", ".join(f"{count} x {detail}" for detail, count in kinds)
        )
    if gone and router_died:
        findings.append(f"the router died, and with it what it saw of {gone} answered requests")
    elif gone:
        problems.append(f"the router saw nothing of {gone} requests that were answered")
    extra = sum(count - 1 for count in seen.values())
    if extra:
        problems.append(f"the router saw {extra} requests of the probe more than once")
    unknown = sum(marker not in sent for marker in seen)
    if unknown:
        problems.append(f"the router saw {unknown} requests that the probe has no record of")
    return findings, problems


def _answered(sample: RequestSample) -> bool:
    """Return whether anything came back, from the router itself perhaps: details begin with it."""
    return sample.detail[:3].isdecimal()


def _beside_instances(
    routed: Sequence[RoutedRequest], counts: Sequence[InstanceCount]
) -> Iterator[tuple[str, bool]]:
    """Yield what does not add up, each with whether it is a problem.

    An instance has counted what it answered. What broke off there it may have counted, and so may
    one that an earlier try went to; the router remembers the last one alone.
    """
    passed = Counter(each.instance for each in routed if each.instance)
    answered = Counter(each.instance for each in routed if each.answered_by_instance)
    earlier_tries = sum(max(0, each.attempts - 1) for each in routed)
    unknown = {each.instance: each.problem for each in counts if each.requests is None}
    counted: Counter[str] = Counter()
    for each in counts:
        counted[each.instance] += each.requests or 0
    for instance in sorted({*passed, *counted}):
        if instance not in counted:
            unknown[instance] = "its release names no counter, or it ended before it was read"
        most, least = passed[instance] + earlier_tries, answered[instance]
        if instance in unknown:
            yield f"what {instance} counted is not known: {unknown[instance]}", False
        elif counted[instance] > most:
            yield _more(instance, counted[instance] - most), False
        elif counted[instance] < least:
            yield _fewer(instance, least - counted[instance]), True


def _more(instance: str, count: int) -> str:
    return (
        f"{instance} counted {count} requests more than the router passed to it for the probe: it "
        "has other clients"
    )


def _fewer(instance: str, count: int) -> str:
    return (
        f"{instance} counted {count} requests fewer than it answered of the probe's: does "
        "[run.metrics] name the right counter, and exclude none of the probe's routes?"
    )
