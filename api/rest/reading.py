"""What every request must be before a view sees it: readable, of the right kind, of sane text."""

from __future__ import annotations

from typing import Final

from flask import request
from pydantic import Field
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, NotFound, UnsupportedMediaType

from api.errors import FieldError, InvalidRequest
from api.schemas.fields import Asked

API_PREFIX: Final = "/api/v1"
_WITH_BODY: Final = frozenset({"POST", "PUT"})


class CasePath(Asked):
    """The case an address names."""

    reference: str = Field(description="reference of the case, such as SJ-1004")


class PlanPath(Asked):
    """The plan an address names."""

    plan_id: str


class ItineraryPath(Asked):
    """The itinerary an address names."""

    itinerary_id: str


class RevisionQuery(Asked):
    """Which revision of an itinerary is asked for."""

    revision: int | None = Field(
        default=None, ge=1, le=999_999, description="number of the revision; default: the latest"
    )


class KeyHeader(Asked):
    """The key that makes a repeated request one request."""

    idempotency_key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="any text chosen by the caller; sending it twice does the work once",
    )


def refuse_unreadable_bodies() -> None:
    """Refuse text no database can hold, bodies that are no JSON, and JSON that is no object.

    Raises:
        NotFound: the address holds a NUL, which no name does.
        UnsupportedMediaType: a body came that is not declared as JSON.
        BadRequest: the query or a form holds a NUL, or the JSON is malformed.
        InvalidRequest: the JSON is no object.
    """
    if "\x00" in request.path:
        raise NotFound
    if _holds_nul(request.args):
        raise BadRequest("The query holds a NUL character.")
    if request.method not in _WITH_BODY:
        return
    if request.path.startswith(API_PREFIX):
        _require_json_object()
    elif _holds_nul(request.form):
        raise BadRequest("The form holds a NUL character.")


def _holds_nul(texts: MultiDict[str, str]) -> bool:
    return any("\x00" in text for several in texts.listvalues() for text in several)


def _require_json_object() -> None:
    if not request.get_data(cache=True):
        return
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        body = request.get_json()
    except RecursionError as error:
        raise BadRequest("The JSON is nested too deeply.") from error
    if not isinstance(body, dict):
        raise InvalidRequest((FieldError("", "the body must be a JSON object"),))
