"""Whether the service lives and can do its work, for whoever watches over it."""

from __future__ import annotations

import hmac
from typing import Any, cast

from flask import Response, current_app, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import Field
from werkzeug.exceptions import NotFound

from api.access.actions import Action, acts
from api.jobs.repository import count_by_status
from api.observing.metrics import Metrics
from api.schemas.fields import Answer
from api.schemas.problem import refusals
from api.settings import Settings
from api.wiring import get_whole_services
from logistics.repository.errors import DatabaseUnavailable

rest = APIBlueprint("health", __name__, abp_tags=[Tag(name="Health")])

_TEXT = {"text/plain": {"schema": {"type": "string"}}}
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_BEARER = "Bearer "


class HealthAnswer(Answer):
    """The process lives."""

    status: str = Field(description="ok")


class ReadyAnswer(Answer):
    """The service can do its work: its database answers."""

    status: str = Field(description="ok, or degraded when the database lacks migrations")
    database: str = Field(description="kind of the database")
    is_current: bool = Field(description="whether every migration has been run")


@rest.get("/healthz", responses={200: HealthAnswer, **refusals(400)}, operation_id="getHealth")
@acts(Action.HEALTH_READ)
def get_health() -> dict[str, Any]:
    """Tell that the process answers; a process that does not should be started anew."""
    return {"status": "ok"}


@rest.get("/readyz", responses={200: ReadyAnswer, **refusals(503)}, operation_id="getReadiness")
@acts(Action.HEALTH_READ)
def get_readiness() -> dict[str, Any]:
    """Tell whether requests can be served; while they cannot, none should be sent here."""
    database = get_whole_services().database.describe()
    if not database.is_current:
        raise DatabaseUnavailable(
            "the database lacks migrations; run 'sojourn migrate'", retryable=False
        )
    return {"status": "ok", "database": database.kind, "is_current": True}


@rest.get(
    "/metrics",
    responses={
        200: {"description": "Metrics for Prometheus", "content": _TEXT},
        **refusals(404, 503),
    },
    operation_id="getMetrics",
)
@acts(Action.METRICS_READ)
def get_metrics() -> Response:
    """Give the metrics of this process for the token of SOJOURN_METRICS_TOKEN."""
    services = get_whole_services()
    if not _may_see(services.settings):
        raise NotFound
    metrics = cast("Metrics", current_app.extensions["metrics"])
    with services.database.read() as session:
        for status, count in count_by_status(session).items():
            metrics.jobs.labels(status.value).set(count)
    return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)


def _may_see(settings: Settings) -> bool:
    if settings.metrics_token:
        sent = request.headers.get("Authorization", "")
        return hmac.compare_digest(sent.encode(), f"{_BEARER}{settings.metrics_token}".encode())
    return settings.is_sample and request.remote_addr in _LOOPBACK
