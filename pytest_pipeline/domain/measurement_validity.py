"""Whether the client traffic was what it was meant to be; a measurement by another is invalid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from pytest_pipeline.domain.traffic import Outcome, RequestSample

#: A request sent later than this after it was due is late, milliseconds. Waiting for a turn of the
#: processor takes up to some tens; a cut-over is to be told from nothing at 100.
LATE_MS = 100.0
#: So much of the traffic may be late: figures are of the intended traffic still. Ratio.
LATE_RATIO = 0.05
#: As many requests as are due in this time may be late in any case, seconds: a laptop that hiccups
#: once has not made a short deployment worthless. Not so while traffic is switched.
HICCUP_S = 0.5
#: As many may be late around a switch in any case: one is no stall.
LATE_IN_A_SWITCH = 1


def traffic_problems(
    samples: Sequence[RequestSample],
    *,
    rate: float,
    switches: Sequence[tuple[float, float]] = (),
) -> tuple[str, ...]:
    """Return why the figures made of some traffic cannot be trusted; empty when they can.

    A generator that is late sends less while the service is busiest, and in bursts afterwards: gaps
    look longer or are not seen at all. It is allowed 5 % of late requests, or half a second of
    them. The same share may be missing by the end of the traffic (achieved against intended rate).
    Of the requests that are due around a switch of traffic only that share may be late, or one: a
    generator that stalls just then does not see what it is there for.
    A request that was not sent, for all connections of the probe hung, is a hole: one is enough.

    Args:
        samples: Every request, in any order.
        rate: Requests a second that were intended, > 0.
        switches: When the router was told who answers: from when, until when.
    """
    if not samples:
        return ()
    problems = tuple(_problems(samples, rate))
    return problems or tuple(islice(_blind_switches(samples, switches), 1))


def _problems(samples: Sequence[RequestSample], rate: float) -> Iterator[str]:
    unsent = sum(each.outcome is Outcome.UNSENT for each in samples)
    if unsent:
        yield (
            f"the probe could not send {unsent} of {len(samples)} requests, for all its "
            "connections hung: what they would have got is not known; lower probe.rate or "
            "probe.timeout_s"
        )
    late = [each for each in samples if _lag_ms(each) > LATE_MS]
    if len(late) > _allowed(len(samples), rate):
        yield (
            f"the probe lagged: {len(late)} of {len(samples)} requests were sent more than "
            f"{LATE_MS:g} ms late, the latest by {max(map(_lag_ms, late)):.0f} ms; lower "
            "probe.rate, or have less run on the machine"
        )
    span_s = max(each.sent_s for each in samples) - min(each.intended_s for each in samples)
    intended = span_s * rate
    if intended - len(samples) > _allowed(intended, rate):
        yield (
            f"the probe sent {len(samples) / span_s:.0f} requests a second, wanted {rate:g}; lower "
            "probe.rate, or have less run on the machine"
        )


def _blind_switches(
    samples: Sequence[RequestSample], switches: Sequence[tuple[float, float]]
) -> Iterator[str]:
    margin_s = LATE_MS / 1000
    for began_s, ended_s in switches:
        due = [e for e in samples if began_s - margin_s <= e.intended_s <= ended_s + margin_s]
        late = sum(_lag_ms(each) > LATE_MS for each in due)
        if late > max(LATE_RATIO * len(due), LATE_IN_A_SWITCH):
            yield (
                f"the probe lagged while traffic was switched: {late} of the {len(due)} requests "
                f"that were due then were sent more than {LATE_MS:g} ms late; lower probe.rate, "
                "or have less run on the machine"
            )


def _allowed(requests: float, rate: float) -> float:
    return max(LATE_RATIO * requests, HICCUP_S * rate)


def _lag_ms(sample: RequestSample) -> float:
    return (sample.sent_s - sample.intended_s) * 1000
