"""Each request has an id, a line in the log and a place in the metrics, by its route's template."""

from __future__ import annotations

import logging
import re
import time
from typing import Final
from uuid import uuid4

from flask import Flask, Request, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from api.database import Database
from api.observing.metrics import Metrics

_LOG: Final = logging.getLogger(__name__)
REQUEST_ID: Final = "X-Request-Id"
_INBOUND: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_SERVER_ERROR: Final = 500


def get_request_id() -> str:
    """Return the id of the present request."""
    return str(g.get("request_id", ""))


def observe_requests(app: Flask, *, trusts_proxy: bool, database: Database) -> Metrics:
    """Number, time and log every request; ``trusts_proxy`` takes the id that a proxy sends."""
    metrics = Metrics(database)

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
        method, route = _method(), route_of(request)
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


def route_of(asked: Request) -> str:
    """Return the template of the route: an address may name a patient's case."""
    return asked.url_rule.rule if asked.url_rule is not None else "none"


def _method() -> str:
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return request.method if request.method in known else "OTHER"
