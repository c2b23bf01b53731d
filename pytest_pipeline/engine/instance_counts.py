"""What the instances of one deployment counted, from when they may get traffic to their end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pytest_pipeline.domain.fleets import Instance
from pytest_pipeline.domain.instance_counts import InstanceCount
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import PipelineError

#: A count that comes later is not known, seconds.
READ_TIMEOUT_S = 1.0
#: An instance may count an answer a moment after it was sent: it is read until two agree.
READINGS = 4
SETTLE_S = 0.01

Reading = int | str


@dataclass
class InstanceCounts:
    """The counts of one deployment.

    Attributes:
        site: Where.
        first: What each instance had counted before it could get traffic, or why that is not known.
        ended: Counts of instances that were stopped.
    """

    site: Site
    first: dict[str, tuple[Instance, Reading]] = field(default_factory=dict)
    ended: list[InstanceCount] = field(default_factory=list)

    def begin(self, instances: Iterable[str]) -> None:
        """Read instances that may get traffic from now on and were not read yet."""
        known = [self.site.fleet[each] for each in instances if each in self.site.fleet]
        new = [each for each in known if not self._is_known(each)]
        for instance, reading in self._read(new, self._once):
            if instance.id in self.first:  # the one of that name ended unseen
                self.ended.append(InstanceCount(instance.id, None, "it was started anew meanwhile"))
            self.first[instance.id] = (instance, reading)

    def end(self, instances: Iterable[str]) -> None:
        """Read instances a last time, if they were read before."""
        known = [self.site.fleet[each] for each in instances if each in self.site.fleet]
        read = self._read([each for each in known if self._is_known(each)], self._settled)
        for instance, last in read:
            _, first = self.first.pop(instance.id)
            self.ended.append(_between(instance.id, first, last))

    def all(self) -> tuple[InstanceCount, ...] | None:
        """Read what is left and return every count; None where there is no counter to read."""
        if not self.ended and not self.first:
            return None
        self.end(tuple(self.first))
        gone = [InstanceCount(each, None, "it ended before it was read") for each in self.first]
        return (*self.ended, *gone)

    def _is_known(self, instance: Instance) -> bool:
        known = self.first.get(instance.id)
        return known is not None and known[0].process == instance.process

    def _read(
        self, instances: Sequence[Instance], how: Callable[[Instance], Reading]
    ) -> list[tuple[Instance, Reading]]:
        counting = [each for each in instances if self.site.run_of(each.release).metrics]
        return list(zip(counting, self.site.tools.concurrently(how, counting), strict=True))

    def _settled(self, instance: Instance) -> Reading:
        reading = self._once(instance)
        for _ in range(READINGS - 1):
            self.site.tools.clock.sleep(SETTLE_S)
            again = self._once(instance)
            if again == reading:
                break
            reading = again
        return reading

    def _once(self, instance: Instance) -> Reading:
        spec = self.site.run_of(instance.release).metrics
        if spec is None:
            return "its release names no counter"
        try:
            counter = self.site.tools.counter
            return counter.count(instance.url, spec, timeout_s=READ_TIMEOUT_S)
        except PipelineError as error:
            return str(error)


def _between(instance: str, first: Reading, last: Reading) -> InstanceCount:
    if isinstance(first, str):
        return InstanceCount(instance, None, first)
    if isinstance(last, str):
        return InstanceCount(instance, None, last)
    if last < first:
        return InstanceCount(instance, None, "its counter went back: did a part of it start anew?")
    return InstanceCount(instance, last - first)
