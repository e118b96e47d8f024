"""Facilities and specialists as JSON."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from api.schemas.fields import Answer
from logistics.facility import Facility
from logistics.people import Specialist


class FacilityAnswer(Answer):
    """A Center of Excellence: public facts with their source."""

    id: str
    name: str
    city: str
    country: str = Field(description="ISO 3166 alpha-2")
    latitude: float
    longitude: float
    zone: str = Field(description="IANA time zone")
    gateways: list[str] = Field(description="IATA codes of its airports, nearest first")
    languages: list[str]
    address: str
    phone: str | None
    website: str
    source: str


class FacilityList(Answer):
    """All facilities, in order of their names."""

    facilities: list[FacilityAnswer]


class SpecialistAnswer(Answer):
    """A physician at a facility."""

    id: str
    facility_id: str
    name: str
    specialty: str
    credentials: list[str]
    languages: list[str]
    is_sample: bool = Field(description="true: an invented person")


class SpecialistList(Answer):
    """Specialists, in order of their names."""

    specialists: list[SpecialistAnswer]


def facility_answer(facility: Facility) -> dict[str, Any]:
    """Return the facility as JSON values, in the shape of `FacilityAnswer`."""
    return {
        "id": facility.id,
        "name": facility.name,
        "city": facility.city,
        "country": facility.country,
        "latitude": facility.coordinates.latitude,
        "longitude": facility.coordinates.longitude,
        "zone": facility.zone,
        "gateways": list(facility.gateways),
        "languages": list(facility.languages),
        "address": facility.address,
        "phone": facility.phone,
        "website": facility.website,
        "source": facility.source,
    }


def specialist_answer(specialist: Specialist) -> dict[str, Any]:
    """Return the specialist as JSON values, in the shape of `SpecialistAnswer`."""
    return {
        "id": specialist.id,
        "facility_id": specialist.facility_id,
        "name": specialist.name,
        "specialty": specialist.specialty,
        "credentials": list(specialist.credentials),
        "languages": list(specialist.languages),
        "is_sample": specialist.is_sample,
    }
