"""Whether the service can do its work, for whoever watches over it."""

from __future__ import annotations

from typing import Any

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag
from pydantic import Field

from api.access.actions import Action, acts
from api.schemas.fields import Answer
from api.schemas.problem import refusals
from api.wiring import get_services

rest = APIBlueprint("health", __name__, abp_tags=[Tag(name="Health")])


class HealthAnswer(Answer):
    """The service is up, and its database answers."""

    status: str = Field(description="ok, or degraded when the database lacks migrations")
    database: str = Field(description="kind of the database")
    is_current: bool = Field(description="whether every migration has been run")


@rest.get("/healthz", responses={200: HealthAnswer, **refusals(503)}, operation_id="getHealth")
@acts(Action.HEALTH_READ)
def get_health() -> dict[str, Any]:
    """Tell whether the service and its database answer."""
    database = get_services().database.describe()
    return {
        "status": "ok" if database.is_current else "degraded",
        "database": database.kind,
        "is_current": database.is_current,
    }
