"""Who takes part in a load of several processes: who is awaited, who came, who is lost. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from pytest_pipeline.adapters.locust_load.orders import HERE, SILENCE_S, Order
from pytest_pipeline.domain.load_settings import worker_command


@dataclass
class Member:
    """A process that sends requests.

    Attributes:
        name: Its machine.
        pid: Its number there.
        index: Its place among all, from 0.
        shift_s: What the master's clock shows when its own shows 0, seconds.
        heard_s: When something was heard of it last, by the master's clock.
        done: Whether it has recorded everything and its record is here.
        lost: Why it is lost; empty when it is not.
    """

    name: str
    pid: int
    index: int
    shift_s: float
    heard_s: float
    done: bool = False
    lost: str = ""

    @property
    def title(self) -> str:
        """What it is, for people."""
        own = f"process {self.pid} of the generator"
        return f"worker {self.name} ({own})" if self.name != HERE else own


class RollCall:
    """Who takes part in a load.

    Args:
        order: How the load is made.
        began_s: When the waiting began, by the master's clock.
    """

    def __init__(self, order: Order, began_s: float) -> None:
        self._order = order
        self._began_s = began_s
        self.members: dict[str, Member] = {}
        self.failures: list[str] = []

    @property
    def senders(self) -> int:
        """Processes that take part when all are here; count."""
        return self._order.processes * len(self._order.names)

    @property
    def complete(self) -> bool:
        """Whether all are here."""
        return len(self.members) == self.senders

    @property
    def settled(self) -> bool:
        """Whether of each is known what became of it."""
        return all(each.done or each.lost for each in self.members.values())

    def missing(self) -> tuple[str, ...]:
        """Return the machines that are not, or not wholly, here."""
        return tuple(name for name in self._order.names if len(self._of(name)) < self._per_name)

    def answer(self, name: str, version: str) -> dict[str, str]:
        """Say what to tell a machine that asks: what is refused, or that it has to wait.

        Args:
            name: What it calls itself.
            version: Its version of this package.

        Returns:
            Empty when it may take part.
        """
        order = self._order
        if name not in order.workers:
            wanted = ", ".join(order.workers) or "no other machine"
            return {"refused": f"no worker is called {name!r}; the load test waits for {wanted}"}
        if version != order.version:
            refusal = (
                f"worker {name} runs pytest-pipeline-gates {version}, and the load test "
                f"{order.version}; install the same version on both machines"
            )
            self._fail(refusal)
            return {"refused": refusal}
        return {} if name in self.missing() and not self.failures else {"wait": "not now"}

    def enter(self, client: str, name: str, pid: int, *, shift_s: float, now_s: float) -> Member:
        """Take a process in.

        Args:
            client: Its identifier at Locust.
            name: Its machine.
            pid: Its number there.
            shift_s: See `Member`.
            now_s: Now, by the master's clock.

        Returns:
            It, with its place: by the order of the names, and on one machine by that of coming.
        """
        if client not in self.members:
            first = self._order.names.index(name) * self._per_name
            taken = {each.index for each in self._of(name)}
            index = next(place for place in count(first) if place not in taken)
            self.members[client] = Member(name, pid, index, shift_s, now_s)
        return self.members[client]

    def leave(self, client: str) -> None:
        """Take note that a process is gone before the load began: another one may come."""
        self.members.pop(client, None)

    def fail(self, name: str, reason: str) -> None:
        """Take note that the load could not be begun on a machine."""
        self._fail(f"worker {name} could not begin: {reason}")

    def fail_here(self, reason: str) -> None:
        """Take note that the load cannot be begun."""
        self._fail(reason)

    def late(self, now_s: float) -> bool:
        """Return whether the time to wait is over, or waiting is in vain."""
        if self.failures:
            return True
        if self.complete or now_s - self._began_s < self._order.wait_s:
            return False
        for name in self.missing():
            self._fail(self._absent(name))
        return True

    def heard(self, client: str, now_s: float) -> None:
        """Take note that something was heard of a process."""
        if client in self.members:
            self.members[client].heard_s = now_s

    def lose(self, client: str, reason: str) -> None:
        """Take note that a process is lost, unless it has recorded everything."""
        member = self.members.get(client)
        if member and not member.done and not member.lost:
            member.lost = reason

    def lose_silent(self, now_s: float, *, stopped_s: float) -> None:
        """Take note of processes whose records do not come.

        Args:
            now_s: Now, by the master's clock.
            stopped_s: When they were told to stop.
        """
        longest_s = self._order.stop_timeout_s + SILENCE_S
        for client, member in self.members.items():
            if now_s - max(member.heard_s, stopped_s) > longest_s:
                self.lose(client, f"its record did not arrive within {longest_s:g} s")

    def problems(self) -> Iterator[str]:
        """Say who is lost, or never came."""
        yield from self.failures
        for member in self.members.values():
            if member.lost:
                yield f"{member.title} was lost: {member.lost}"

    @property
    def _per_name(self) -> int:
        return self._order.processes

    def _of(self, name: str) -> list[Member]:
        return [each for each in self.members.values() if each.name == name]

    def _fail(self, reason: str) -> None:
        if reason not in self.failures:
            self.failures.append(reason)

    def _absent(self, name: str) -> str:
        came = len(self._of(name))
        wait_s = self._order.wait_s
        if name == HERE:
            return (
                f"{came} of {self.senders} processes of the generator were ready after {wait_s:g} s"
            )
        command = worker_command(self._order.address, name)
        return f"worker {name} did not come within {wait_s:g} s; start it there: {command}"
