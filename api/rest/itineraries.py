"""Itineraries over REST: as JSON, as a calendar, as PDF."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from api.access.actions import Action, acts
from api.operations.traces import decide_again, gather
from api.rest.reading import API_PREFIX, ItineraryPath, RevisionQuery
from api.schemas.coverage import KeptDecisionAnswer
from api.schemas.problem import refusals
from api.wiring import get_services
from scheduling.documents.itinerary_json import to_document
from scheduling.documents.pdf import to_pdf
from scheduling.invites.calendar import to_calendar
from scheduling.itinerary import Itinerary
from scheduling.repository.itineraries import get_itinerary

rest = APIBlueprint(
    "itineraries_rest",
    __name__,
    url_prefix=API_PREFIX,
    abp_tags=[Tag(name="Itineraries")],
    abp_responses=refusals(400, 401, 403, 429, 503),
)


def _file(media: str, description: str) -> dict[str, Any]:
    content = {media: {"schema": {"type": "string", "format": "binary"}}}
    return {"description": description, "content": content}


@rest.get(
    "/itineraries/<itinerary_id>",
    responses={
        200: {
            "description": "The itinerary, as docs/itinerary-formats.md explains",
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        **refusals(404, 422),
    },
    operation_id="getItinerary",
)
@acts(Action.ITINERARY_READ)
def get_itinerary_document(path: ItineraryPath, query: RevisionQuery) -> dict[str, Any]:
    """Give a revision of an itinerary as JSON."""
    return to_document(_get(path.itinerary_id, query.revision))


@rest.get(
    "/itineraries/<itinerary_id>.ics",
    responses={200: _file("text/calendar", "An iCalendar file"), **refusals(404, 422)},
    operation_id="getItineraryCalendar",
)
@acts(Action.ITINERARY_READ)
def get_itinerary_calendar(path: ItineraryPath, query: RevisionQuery) -> Response:
    """Give a revision of an itinerary as iCalendar."""
    itinerary = _get(path.itinerary_id, query.revision)
    return _download(to_calendar(itinerary), itinerary, "text/calendar", "ics")


@rest.get(
    "/itineraries/<itinerary_id>.pdf",
    responses={200: _file("application/pdf", "A tagged PDF"), **refusals(404, 422)},
    operation_id="getItineraryPdf",
)
@acts(Action.ITINERARY_READ)
def get_itinerary_pdf(path: ItineraryPath, query: RevisionQuery) -> Response:
    """Give a revision of an itinerary as PDF."""
    itinerary = _get(path.itinerary_id, query.revision)
    return _download(to_pdf(itinerary), itinerary, "application/pdf", "pdf")


@rest.get(
    "/itineraries/<itinerary_id>/coverage",
    responses={200: KeptDecisionAnswer, **refusals(404, 422)},
    operation_id="getItineraryCoverage",
)
@acts(Action.ITINERARY_READ)
def get_itinerary_coverage(path: ItineraryPath, query: RevisionQuery) -> dict[str, Any]:
    """Tell how every cost line of a revision is decided, made again from what was kept of it."""
    with get_services().sessions.read() as session:
        itinerary = get_itinerary(session, path.itinerary_id, query.revision)
        kept = gather(session, itinerary.id, itinerary.coverage)
    return decide_again(kept)


def _get(itinerary_id: str, revision: int | None) -> Itinerary:
    with get_services().sessions.read() as session:
        return get_itinerary(session, itinerary_id, revision)


def _download(content: bytes, itinerary: Itinerary, media: str, ending: str) -> Response:
    response = Response(content, mimetype=media)
    # Ids are ASCII letters, digits and hyphens; the name needs no encoding.
    name = f"{itinerary.id}-{itinerary.revision}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
