"""What makes a deployment go back."""

from __future__ import annotations

from enum import StrEnum


class RollbackTrigger(StrEnum):
    """Why a deployment went back by itself, or was made to.

    Source:
        CodeDeploy, ``autoRollbackConfiguration.events``.
    """

    DEPLOYMENT_FAILURE = "DEPLOYMENT_FAILURE"
    STOP_ON_ALARM = "STOP_ON_ALARM"
    STOP_ON_REQUEST = "STOP_ON_REQUEST"
