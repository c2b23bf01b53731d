"""What a controller writes: everything may go wrong."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_pipeline.domain.control_requests import ControlRequest
from pytest_pipeline.domain.deployments import DeploymentRecord
from pytest_pipeline.domain.releases import Release
from pytest_pipeline.errors import StateError
from pytest_pipeline.testing.simulation.faults import FaultKind
from pytest_pipeline.testing.simulation.violations import Invariant
from pytest_pipeline.testing.simulation.world import World

#: What is so for this long must have been noticed, seconds.
NOTICED_S = 0.6
_WAITS = ("Bake", "AwaitPromotion", "DelayScaleDown")


class StruckJournal:
    """The journal of a world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.read = world.journal.read
        self._waits = False

    def append(self, deployment: str, entry: Mapping[str, object]) -> None:
        """Write an entry, unless that goes wrong."""
        world = self._world
        world.point()
        if world.takes(FaultKind.JOURNAL_FAILS):
            raise StateError("cannot write the journal: no space left")
        world.journal.append(deployment, entry)
        world.log.add("journal", _short(entry))
        self._check_watched(entry)
        world.referee.journalled(entry)
        world.storm.entry()
        world.point()

    def _check_watched(self, entry: Mapping[str, object]) -> None:
        """Check that no wait ends well while alarms have had a reason to object for a while."""
        step = entry.get("step") if entry["kind"] == "intent" else None
        if isinstance(step, dict):
            self._waits = step["type"] in _WAITS
        unwell_for_s = self._world.unwell_for_s
        if entry["kind"] == "done" and self._waits and unwell_for_s > NOTICED_S:
            self._world.referee.say(
                Invariant.WATCHED, f"a wait ends well, alarms object for {unwell_for_s:.1f} s"
            )


class StruckRecords:
    """The records of a world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self.read = world.records.read
        self.acquire = world.records.acquire
        self.line_up = world.records.line_up
        self.step_out = world.records.step_out
        self.yield_up = world.records.yield_up
        self.holder = world.records.holder
        self.names = world.records.names

    def write(self, environment: str, record: Mapping[str, object]) -> None:
        """Replace a record, unless that goes wrong."""
        world = self._world
        world.point()
        if world.takes(FaultKind.RECORD_FAILS):
            raise StateError("cannot write the record: no space left")
        world.records.write(environment, record)
        world.referee.recorded_as(record, {each.id for each in world.loose.values()})
        world.point()

    def delete(self, environment: str) -> None:
        """Delete a record."""
        self._world.point()
        self._world.records.delete(environment)
        self._world.point()


class StruckLedger:
    """The ledger of a world.

    Args:
        world: The world.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        ledger = world.ledger
        self.begin_execution = ledger.begin_execution
        self.update_execution = ledger.update_execution
        self.executions = ledger.executions
        self.execution = ledger.execution
        self.release = ledger.release
        self.promoted = ledger.promoted
        self.adopt_promotions = ledger.adopt_promotions
        self.promotions = ledger.promotions
        self.deployments = ledger.deployments
        self.ask = ledger.ask
        self.asked = ledger.asked

    def register_release(
        self, environment: str, *, artifact: str, configuration: Mapping[str, str]
    ) -> Release:
        """Store a release."""
        self._world.point()
        release = self._world.ledger.register_release(
            environment, artifact=artifact, configuration=configuration
        )
        self._world.referee.known.add(release.number)
        return release

    def mark_promoted(self, environment: str, number: int) -> None:
        """Say that a release is stable."""
        self._world.point()
        self._world.ledger.mark_promoted(environment, number)
        self._world.log.add("promoted", number)
        self._world.point()

    def take_requests(self, environment: str) -> tuple[ControlRequest, ...]:
        """Return what people ask."""
        del environment
        return self._world.take_requests()

    def record_deployment(self, execution: str, record: DeploymentRecord) -> None:
        """Store a deployment."""
        self._world.point()
        self._world.ledger.record_deployment(execution, record)
        self._world.point()


def _short(entry: Mapping[str, object]) -> str:
    step = entry.get("step")
    if isinstance(step, Mapping):
        instances = step.get("instances", ())
        count = len(instances) if isinstance(instances, (tuple, list)) else 0
        return f"{entry['kind']} {entry.get('index')} {step['type']} ({count})"
    told = {name: entry[name] for name in ("reason", "text", "step", "phase") if name in entry}
    return f"{entry['kind']} {told or ''}"
