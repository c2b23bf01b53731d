"""The switches of a sidecar: runtime keys that say what is done to requests."""

from __future__ import annotations

from pytest_pipeline.domain.drills import InjectedFault

DELAY_PERCENT = "pipeline.delay_percent"
DELAY_MS = "pipeline.delay_ms"
ABORT_PERCENT = "pipeline.abort_percent"
ABORT_STATUS = "pipeline.abort_status"
READY_PERCENT = "pipeline.ready_percent"
READY_MS = "pipeline.ready_ms"

_OFF = {
    DELAY_PERCENT: 0,
    DELAY_MS: 1,
    ABORT_PERCENT: 0,
    ABORT_STATUS: 503,
    READY_PERCENT: 0,
    READY_MS: 1,
}


def switches(fault: InjectedFault | None) -> dict[str, int]:
    """Return the value of every switch.

    Args:
        fault: What is done to all requests that it is about; None to let everything pass.
    """
    if fault is None:
        return dict(_OFF)
    delay_ms = round(fault.delay_s * 1000)
    if fault.readiness:
        return {**_OFF, READY_PERCENT: 100, READY_MS: delay_ms}
    on = dict(_OFF)
    if delay_ms:
        on |= {DELAY_PERCENT: 100, DELAY_MS: delay_ms}
    if fault.status:
        on |= {ABORT_PERCENT: 100, ABORT_STATUS: fault.status}
    return on
