"""Each request has an id, a line in the log and a place in the metrics, by its route's template."""

from __future__ import annotations

import logging
import re
import time
from typing import Final
from uuid import uuid4

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from structlog.contextvars import bind_contextvars, clear_contextvars

_LOG: Final = logging.getLogger(__name__)
REQUEST_ID: Final = "X-Request-Id"
_INBOUND: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SERVER_ERROR: Final = 500


class Metrics:
    """The numbers of one process, for Prometheus."""

    def __init__(self) -> None:
        """Make them, all at zero."""
        self.registry = CollectorRegistry()
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


def get_request_id() -> str:
    """Return the id of the present request."""
    return str(g.get("request_id", ""))


def observe_requests(app: Flask, *, trusts_proxy: bool) -> Metrics:
    """Number, time and log every request; ``trusts_proxy`` takes the id that a proxy sends."""
    metrics = Metrics()

    def begin() -> None:
        sent = request.headers.get(REQUEST_ID, "")
        is_taken = trusts_proxy and _INBOUND.fullmatch(sent)
        g.request_id = sent if is_taken else uuid4().hex
        g.begun = time.monotonic()
        clear_contextvars()
        bind_contextvars(request=g.request_id)
        metrics.under_way.inc()

    def end(response: Response) -> Response:
        response.headers[REQUEST_ID] = get_request_id()
        seconds = time.monotonic() - g.get("begun", time.monotonic())
        method, route = _method(), _route()
        metrics.requests.labels(method, route, str(response.status_code)).inc()
        metrics.seconds.labels(method, route).observe(seconds)
        facts = {
            "method": method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(1000 * seconds, 1),
        }
        level = logging.ERROR if response.status_code >= _SERVER_ERROR else logging.INFO
        _LOG.log(level, "request.answered", extra=facts)
        return response

    def leave(_error: BaseException | None) -> None:
        if "begun" in g:
            metrics.under_way.dec()
        clear_contextvars()

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(leave)
    app.extensions["metrics"] = metrics
    return metrics


def _route() -> str:
    """Return the template of the route: an address may name a patient's case."""
    return request.url_rule.rule if request.url_rule is not None else "none"


def _method() -> str:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "OTHER"
