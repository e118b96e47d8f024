"""The numbers of one process, for Prometheus: by route, never by address, caller or case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from api.database import Database
from api.observing.logs import watch_dropped_facts

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The numbers of one process, for Prometheus."""

    def __init__(self, database: Database) -> None:
        """Make them, all at zero; those of the database are its own."""
        self.registry = CollectorRegistry()
        self.registry.register(_Waits(database))
        watch_dropped_facts(self.registry)
        self.requests = Counter(
            "sojourn_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "sojourn_request_seconds",
            "Time to answer a request.",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.under_way = Gauge(
            "sojourn_requests_under_way", "Requests being answered.", registry=self.registry
        )
        self.jobs = Gauge(
            "sojourn_jobs", "Background jobs in the database.", ("status",), registry=self.registry
        )


class _Waits(Collector):
    """How long transactions of this process have waited for their turn to write."""

    def __init__(self, database: Database) -> None:
        """Take whose waits are told."""
        self._database = database

    def collect(self) -> Iterator[Metric]:
        """Yield the sum of all waits so far, and how many there were."""
        count, seconds = self._database.waits.total()
        yield SummaryMetricFamily(
            "sojourn_database_wait_seconds",
            "Time until a transaction could write.",
            count_value=count,
            sum_value=seconds,
        )
