"""Whether the client traffic was what it was meant to be; a measurement by another is invalid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pytest_pipeline.domain.traffic import Outcome, RequestSample

#: A request sent later than this after it was due is late, milliseconds. Waiting for a turn of the
#: processor takes up to some tens; a cut-over is to be told from nothing at 100.
LATE_MS = 100.0
#: So much of the traffic may be late: figures are of the intended traffic still. Ratio.
LATE_RATIO = 0.05
#: As many requests as are due in this time may be late in any case, seconds: a laptop that hiccups
#: once has not made a short deployment worthless.
HICCUP_S = 0.5


def traffic_problems(samples: Sequence[RequestSample], *, rate: float) -> tuple[str, ...]:
    """Return why the figures made of some traffic cannot be trusted; empty when they can.

    A generator that is late sends less while the service is busiest, and in bursts afterwards: gaps
    look longer or are not seen at all. It is allowed 5 % of late requests, or half a second of
    them. The same share may be missing by the end of the traffic (achieved against intended rate).
    A request that was not sent, for all connections of the probe hung, is a hole: one is enough.

    Args:
        samples: Every request, in any order.
        rate: Requests a second that were intended, > 0.
    """
    return tuple(_problems(samples, rate)) if samples else ()


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


def _allowed(requests: float, rate: float) -> float:
    return max(LATE_RATIO * requests, HICCUP_S * rate)


def _lag_ms(sample: RequestSample) -> float:
    return (sample.sent_s - sample.intended_s) * 1000
