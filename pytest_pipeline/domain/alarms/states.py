"""The states of an alarm."""

from __future__ import annotations

from enum import StrEnum


class AlarmState(StrEnum):
    """State of an alarm, in CloudWatch's words.

    Only ``OK`` lets a rollout go on; ``ALARM`` takes it back; ``INSUFFICIENT_DATA`` holds it.
    """

    OK = "OK"
    ALARM = "ALARM"
    INSUFFICIENT_DATA = "INSUFFICIENT_DATA"
