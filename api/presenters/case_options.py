"""What the form of a case offers to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from api.formatting import format_words
from logistics.case.model import MAX_COMPANIONS
from logistics.case.visit_request import MAX_NEEDS
from logistics.facility import Facility
from logistics.organisation import Organisation
from logistics.people import Assistance, Relation, Specialist

_CABINS: Final = ("economy", "premium_economy", "business", "first")
_ASSISTANCE: Final = {
    Assistance.WHEELCHAIR: "Wheelchair: cannot walk long distances or stairs",
    Assistance.OXYGEN: "Oxygen: needs medical oxygen on board",
}


def present_options(
    facilities: Iterable[Facility], specialists: Iterable[Specialist]
) -> dict[str, Any]:
    """Return the choices of every field that takes one of a few words."""
    specialties = sorted({specialist.specialty for specialist in specialists})
    return {
        "specialties": [{"value": "", "label": "Choose a specialty"}, *_same(specialties)],
        "facilities": [
            {
                "value": facility.id,
                "label": facility.name,
                "note": f"{facility.city}, {facility.country}",
            }
            for facility in facilities
        ],
        "relations": [
            {"value": relation.value, "label": relation.value.capitalize()} for relation in Relation
        ],
        "cabins": [
            {"value": cabin, "label": format_words(cabin).capitalize(), "note": ""}
            for cabin in _CABINS
        ],
        "assistance": [
            {"value": word.value, "label": text, "note": ""} for word, text in _ASSISTANCE.items()
        ],
        "companion_places": list(range(MAX_COMPANIONS)),
        "need_places": list(range(MAX_NEEDS)),
    }


def present_payers(payers: Iterable[Organisation]) -> list[dict[str, str]]:
    """Return who may pay for a case, the patient first."""
    return [
        {"value": "", "label": "Nobody else: the patient pays"},
        *({"value": payer.id, "label": payer.name} for payer in payers),
    ]


def _same(words: Iterable[str]) -> list[dict[str, str]]:
    return [{"value": word, "label": word} for word in words]
