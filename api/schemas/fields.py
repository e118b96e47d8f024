"""The kinds of field a request has, each with its limits and the words for what would be right."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from logistics.errors import LogisticsError
from logistics.places import get_airport
from logistics.plain_text import find_no_text
from logistics.timing import get_zone

REFERENCE_PATTERN: Final = r"^[A-Z0-9][A-Z0-9-]{1,30}[A-Z0-9]$"
NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$"
_ISO_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}", re.ASCII)
LONGEST_GAP_MINUTES: Final = 90 * 24 * 60
LONGEST_JOURNEY_MINUTES: Final = 7 * 24 * 60


class Asked(BaseModel):
    """What an address or a header asks for; its schema is looked at in every request."""

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401 — as pydantic's
        """Return the JSON schema; without arguments the same one each time, not to be changed."""
        if args or kwargs:
            return super().model_json_schema(*args, **kwargs)
        if cls not in _SCHEMAS:
            _SCHEMAS[cls] = super().model_json_schema()
        return _SCHEMAS[cls]


_SCHEMAS: Final[dict[type[Asked], dict[str, Any]]] = {}


class Body(BaseModel):
    """A part of a request: unknown keys are refused and nothing is guessed from another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid")


def _plain_text(text: str) -> str:
    """Refuse characters that cannot be shown or stored; any script and emoji are welcome."""
    found = find_no_text(text)
    if found:
        raise ValueError(f"contains the character {found}, which is no text")
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _parse_date(value: Any) -> Any:  # noqa: ANN401 — whatever the JSON holds
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _ISO_DATE.fullmatch(value):
        raise ValueError("must be a date written as YYYY-MM-DD, such as 2027-03-09")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise ValueError(
            f"there is no day {value}; write an existing date as YYYY-MM-DD"
        ) from error


def _known_airport(iata: str) -> str:
    try:
        get_airport(iata)
    except LogisticsError as error:
        raise ValueError(str(error)) from error
    return iata


def _known_zone(name: str) -> str:
    try:
        get_zone(name)
    except LogisticsError as error:
        raise ValueError(str(error)) from error
    return name


def _language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError("must be a language tag of two or three small letters, such as 'en'")
    return tag


ShortText = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain_text),
                      AfterValidator(_said)]  # fmt: skip
DocumentText = Annotated[str, Field(min_length=1), AfterValidator(_plain_text)]
"""A whole document as text; how long it may be is said where it is read."""

LongText = Annotated[str, Field(max_length=4000), AfterValidator(_plain_text)]
IsoDate = Annotated[
    date,
    BeforeValidator(_parse_date),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2027-03-09"]}),
]
AirportCode = Annotated[
    str, Field(description="IATA code", examples=["LHR"]), AfterValidator(_known_airport)
]
ZoneName = Annotated[
    str,
    Field(description="IANA time zone", examples=["Europe/Zurich"]),
    AfterValidator(_known_zone),
]
Language = Annotated[
    str, Field(description="BCP 47 primary tag", examples=["en"]), AfterValidator(_language)
]
Reference = Annotated[str, Field(pattern=REFERENCE_PATTERN, examples=["SJ-1004"])]
Name = Annotated[str, Field(pattern=NAME_PATTERN)]
GapMinutes = Annotated[int, Field(ge=0, le=LONGEST_GAP_MINUTES)]
JourneyMinutes = Annotated[int, Field(ge=0, le=LONGEST_JOURNEY_MINUTES)]
