"""Numbers for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The metrics of one app; each app has its own registry, so that tests can make many."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.duration_s = Histogram(
            "http_request_duration_seconds",
            "Time to the end of the answer.",
            ("route",),
            registry=self._registry,
            buckets=_BUCKETS_S,
        )
        self.placements = Counter(
            "orders_placements",
            "Attempts to place an order, by outcome.",
            ("outcome",),
            registry=self._registry,
        )

    def render(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self._registry)
