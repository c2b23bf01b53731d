"""The client traffic that measures one deployment, and what the router and instances saw of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from pytest_pipeline.domain.marked_requests import RoutedRequest, token_of
from pytest_pipeline.domain.reconciliation import Reconciliation, reconcile
from pytest_pipeline.domain.traffic import Outcome, RequestSample
from pytest_pipeline.engine.instance_counts import InstanceCounts
from pytest_pipeline.engine.ports import Router, RunningProbe
from pytest_pipeline.engine.site import Site
from pytest_pipeline.errors import RouterError

#: How long the router may take to write down what it saw, seconds.
WRITTEN_S = 2.0
_POLL_S = 0.06


@dataclass
class ClientTraffic:
    """The probe of one deployment; it starts when something can answer.

    Attributes:
        site: Where.
        probe: The running probe; None until it starts.
        samples: Every request of probes that were stopped.
        router: The router that its first request met; None until then.
    """

    site: Site
    probe: RunningProbe | None = None
    samples: list[RequestSample] = field(default_factory=list)
    router: Router | None = None

    def begin(self) -> None:
        """Start to send."""
        if self.probe is None:
            site = self.site
            folder = site.folder / "traffic"
            folder.mkdir(parents=True, exist_ok=True)
            if self.router is None:
                self.router = site.router
                with suppress(RouterError):  # what is left of earlier traffic only takes room
                    site.router.forget_marked()
            self.probe = site.tools.probe.start(
                site.router.url, site.environment.probe, folder=folder
            )

    def end(self) -> tuple[RequestSample, ...]:
        """Stop to send and return every request so far; none when it never started."""
        if self.probe is not None:
            self.samples += self.probe.stop()
            self.probe = None
        return tuple(self.samples)

    def reconcile(self, counts: InstanceCounts) -> Reconciliation:
        """Lay what was sent beside what the router saw and the instances counted."""
        if not self.samples:
            return Reconciliation()
        counted = counts.all()
        try:
            routed = self._routed()
        except RouterError as error:
            return Reconciliation(problems=(f"what the router saw is not known: {error}",))
        died = self.site.router is not self.router or not self.site.router.is_running()
        return reconcile(self.samples, routed, counted, router_died=died)

    def _routed(self) -> tuple[RoutedRequest, ...]:
        """Return what the router saw, when it has written down what it must have seen."""
        clock, router = self.site.tools.clock, self.site.router
        tokens = tuple({token_of(each.marker) for each in self.samples if each.marker})
        if not tokens:
            return ()
        answered = {
            each.marker for each in self.samples if each.outcome in (Outcome.OK, Outcome.ERROR)
        }
        deadline = clock.now() + WRITTEN_S
        while True:
            routed = router.marked(tokens)
            if answered <= {each.marker for each in routed} or clock.now() > deadline:
                return routed
            clock.sleep(_POLL_S)
