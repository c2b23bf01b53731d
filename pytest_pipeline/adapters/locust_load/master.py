"""The master of a load of several processes. Runs in the generator's process.

It briefs the machines that ask, begins when all are here, ends the load when its time is over or
somebody is lost, and gathers the records.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_pipeline.adapters.locust_load import orders
from pytest_pipeline.adapters.locust_load.account import ACCOUNT, write_account
from pytest_pipeline.adapters.locust_load.briefing import briefing_of
from pytest_pipeline.adapters.locust_load.children import Children
from pytest_pipeline.adapters.locust_load.orders import Order
from pytest_pipeline.adapters.locust_load.roll_call import RollCall

if TYPE_CHECKING:
    from locust.env import Environment

_LOOK_S = 0.2
#: Time for forked processes to end when all is said, seconds.
_LEAVE_S = 5.0
#: More workers than there are: until all are here Locust waits for so many.
_NEVER = 1_000_000
_MISSING = "missing"
_RECORD = re.compile(r"[0-9]+\.[a-z0-9]+")


class Master:
    """Leads one load.

    Args:
        environment: Locust's.
        order: How the load is made.
        folder: Folder for records.
        briefing: What a machine is told that may take part.
    """

    def __init__(
        self, environment: Environment, order: Order, folder: Path, briefing: Mapping[str, Any]
    ) -> None:
        self._environment = environment
        self._runner: Any = environment.runner
        self._order = order
        self._folder = folder
        self._briefing = briefing
        self._roll = RollCall(order, time.monotonic())
        self._began = self._ending = False
        self._began_s = self._last_began_s = 0.0
        self._beginners: set[str] = set()
        self._children = Children()
        runner: Any = environment.runner
        self._quit: Callable[[], None] = runner.quit
        self._gevent: Any = import_module("gevent")
        self._concluded: Any = import_module("gevent.event").Event()

    def attach(self) -> None:
        """Take part from now on."""
        for message, listener in (
            (orders.ASK, self._on_ask),
            (orders.CLOCK, self._on_clock),
            (orders.HELLO, self._on_hello),
            (orders.BEGAN, self._on_began),
            (orders.PIECE, self._on_piece),
            (orders.DONE, self._on_done),
            (orders.FAILED, self._on_failed),
        ):
            self._runner.register_message(message, listener)
        runners: Any = import_module("locust.runners")
        runners.HEARTBEAT_LIVENESS = orders.SILENCE_S
        self._options.expect_workers = _NEVER
        events: Any = self._environment.events
        events.test_start.add_listener(self._on_start)
        events.quit.add_listener(self._on_quit)
        self._runner.quit = self._conclude_and_quit
        self._gevent.spawn(self._wait_for_all)

    def end(self) -> None:
        """End the load when its time is over for those as well who began it last."""
        self._gevent.sleep(self._last_began_s - self._began_s)
        self._conclude()

    def _conclude(self) -> None:
        """Stop, gather the records, and let everybody go."""
        if self._ending:
            return
        self._ending = True
        stopped_s = time.monotonic()
        try:
            self._runner.stop(send_stop_to_client=False)
            self._runner.send_message(orders.STOP)
            while not self._roll.settled:
                self._gevent.sleep(_LOOK_S / 4)
                self._look()
                self._roll.lose_silent(time.monotonic(), stopped_s=stopped_s)
            write_account(self._folder, self._roll)
        finally:
            self._concluded.set()
        self._quit()

    def _conclude_and_quit(self) -> None:
        """Quit, as Locust does of itself when a shape ends, but not without the records."""
        if self._began:
            self._gevent.spawn(self._conclude)
            self._concluded.wait()
        self._quit()

    @property
    def _options(self) -> Any:  # noqa: ANN401 - argparse gives it no type
        return self._environment.parsed_options

    def _wait_for_all(self) -> None:
        while not self._roll.late(time.monotonic()) and not self._roll.complete:
            self._gevent.sleep(_LOOK_S)
            self._look_at_children()
            for client in self._gone():
                self._roll.leave(client)
        if self._roll.complete:
            self._options.expect_workers = self._roll.senders  # which lets Locust begin
            return
        write_account(self._folder, self._roll)
        self._options.expect_workers_max_wait = _LOOK_S  # which lets Locust give up

    def _on_start(self, **_: object) -> None:
        if not self._began:  # a ramp begins again and again
            self._began = True
            self._began_s = self._last_began_s = time.monotonic()
            self._gevent.spawn(self._watch)

    def _watch(self) -> None:
        while not self._ending:
            self._gevent.sleep(_LOOK_S)
            if self._look():
                self._conclude()

    def _gone(self) -> list[str]:
        clients = self._runner.clients
        return [
            client
            for client in self._roll.members
            if client not in clients or clients[client].state == _MISSING
        ]

    def _look(self) -> bool:
        """Look who is lost; return whether somebody is."""
        self._look_at_children()
        clients = self._runner.clients
        for client in self._roll.members:
            node = clients.get(client)
            if node is None:
                self._roll.lose(client, "it ended before the load did")
            elif node.state == _MISSING:
                self._roll.lose(client, f"nothing was heard of it for {orders.SILENCE_S} s")
        return any(each.lost for each in self._roll.members.values())

    def _look_at_children(self) -> None:
        """Look which forked process died: sooner known than by its silence."""
        if self._order.workers:
            return
        for client, member in self._roll.members.items():
            if not self._children.is_running(member.pid):
                self._roll.lose(client, "it died")
        if not self._roll.complete and len(self._children.running()) < self._order.processes:
            self._roll.fail_here("a process of the generator died before the load began")

    def _on_ask(self, msg: Any, **_: object) -> None:  # noqa: ANN401 - Locust gives it no type
        answer: dict[str, Any] = dict(self._roll.answer(msg.data["name"], msg.data["version"]))
        self._runner.send_message(
            orders.BRIEFING, answer or {"briefing": self._briefing}, client_id=msg.node_id
        )

    def _on_clock(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        self._runner.send_message(
            orders.CLOCK, {**msg.data, "master_s": time.monotonic()}, client_id=msg.node_id
        )

    def _on_hello(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        data, now_s = msg.data, time.monotonic()
        member = self._roll.enter(
            msg.node_id, data["name"], data["pid"], shift_s=data["shift_s"], now_s=now_s
        )
        share = {"index": member.index, "of": self._roll.senders}
        self._runner.send_message(orders.SHARE, share, client_id=msg.node_id)

    def _on_began(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        if self._began and msg.node_id not in self._beginners:  # a shape begins again and again
            self._beginners.add(msg.node_id)
            self._last_began_s = time.monotonic()

    def _on_piece(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        member = self._roll.members.get(msg.node_id)
        name = msg.data["file"]
        if member is None or not _RECORD.fullmatch(name):
            return
        self._roll.heard(msg.node_id, time.monotonic())
        folder = self._folder / f"worker-{member.index}"
        folder.mkdir(exist_ok=True)
        with (folder / name).open("ab") as file:
            file.write(msg.data["bytes"])

    def _on_done(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        if msg.node_id in self._roll.members:
            self._roll.members[msg.node_id].done = True

    def _on_failed(self, msg: Any, **_: object) -> None:  # noqa: ANN401
        self._roll.fail(msg.data["name"], msg.data["reason"])

    def _on_quit(self, **_: object) -> None:
        """Say what was found, and leave no forked process behind."""
        if not (self._folder / ACCOUNT).exists():
            for client in self._roll.members:
                self._roll.lose(client, "the load ended before its record was complete")
            write_account(self._folder, self._roll)
        if not self._order.workers:
            self._children.see_off(int(_LEAVE_S / _LOOK_S), lambda: self._gevent.sleep(_LOOK_S))


def attach(
    environment: Environment, order: Order, folder: Path, arguments: Sequence[str]
) -> Callable[[], None]:
    """Lead a load from now on.

    Args:
        environment: Locust's.
        order: How the load is made.
        folder: Folder for records.
        arguments: Those of the generator, without the folder.

    Returns:
        What ends the load.
    """
    master = Master(environment, order, folder, briefing_of(order, arguments))
    master.attach()
    return master.end
