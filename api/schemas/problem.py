"""The shape of a refusal: RFC 9457 problem details, with the fields at fault."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, Field

from api.errors import PROBLEM_JSON
from api.schemas.fields import Answer

Responses = dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None]


class FieldFault(Answer):
    """One field at fault."""

    field: str = Field(
        description="path of the field, such as patient.birth_date; empty: the whole"
    )
    message: str = Field(description="what would be right")


class ProblemDetails(Answer):
    """Why a request was not fulfilled (RFC 9457)."""

    type: str = Field(description="URI of the kind of problem; about:blank for plain HTTP errors")
    title: str
    status: int
    detail: str = Field(description="what happened and what to do next")
    instance: str = Field(description="path of the request")
    request_id: str = Field(description="number of the request, by which it is found in the log")
    errors: list[FieldFault] = Field(default_factory=list, description="fields at fault, if any")


_MEANINGS = {
    400: "The request could not be read",
    401: "Nobody known asks; log in, or send a valid API token",
    403: "None of the caller's roles allows it, or the request came from another site",
    404: "Nothing has that name",
    405: "The address does not answer that method",
    409: "The state of things does not allow it",
    410: "It is too late for that",
    413: "The body is larger than is read",
    415: "The body is not application/json",
    422: "Fields are missing or wrong; `errors` names each",
    429: "More requests came than are answered in a minute; Retry-After says when to come again",
    503: "The database or a supplier cannot be reached just now; try again",
}


def refusals(*statuses: int) -> Responses:
    """Return the OpenAPI responses for these statuses, each a problem document."""
    schema = {"$ref": "#/components/schemas/ProblemDetails"}
    return {
        str(status): {
            "description": _MEANINGS[status],
            "content": {PROBLEM_JSON: {"schema": schema}},
        }
        for status in statuses
    }
