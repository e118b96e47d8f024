"""What the pages of one expense show: the kinds to choose from, the options, its receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from flask import url_for

from api.formatting import format_words
from api.presenters.claims import present_receipt, size_words
from logistics.claims.claim import Claim
from logistics.claims.receipt import Receipt
from logistics.trip_parts import name_of
from pricing.coverage.documents.trip_document import Expense, Trip
from pricing.coverage.kinds import CARE, OTHER, TRANSPORT, Kind
from scheduling.documents import wording

Option = dict[str, str]

"""Bytes of a body that are not the file."""

_GROUPS: Final = (
    ("Getting there and around", TRANSPORT),
    ("Sleeping and eating", frozenset({Kind.LODGING, Kind.MEALS})),
    ("Care", CARE),
    ("Other", OTHER),
)
_DIRECTIONS: Final = {
    "": "Not stated",
    "out": "There",
    "return": "Back",
    "both": "There and back",
    "local": "At the place",
}
_LODGINGS: Final = {
    "": "Not stated",
    "hotel": "Hotel",
    "apartment": "Apartment",
    "friends_family": "With friends or family",
    "hospital_housing": "Housing of the hospital",
}
_CABINS: Final = ("economy", "premium_economy", "business", "first")
_YES_NO: Final = {"": "Not stated", "yes": "Yes", "no": "No"}


def present_kinds(claim: Claim) -> dict[str, Any]:
    """Return the kinds of expense in groups, each with the address of its form."""
    return {
        "id": claim.id,
        "groups": [
            {
                "name": name,
                "kinds": [
                    {
                        "label": words,
                        "href": url_for(
                            "claim_expenses.new_page", claim_id=claim.id, kind=kind.value
                        ),
                    }
                    for kind, words in wording.KIND_WORDS.items()
                    if kind in kinds
                ],
            }
            for name, kinds in _GROUPS
        ],
    }


def present_subject(
    claim: Claim, kind: Kind, stored: Expense | None, receipts: Sequence[Receipt], file_max: int
) -> dict[str, Any]:
    """Return what an expense's page is about; ``file_max`` is the most bytes of a receipt."""
    words = wording.KIND_WORDS[kind]
    address: dict[str, Any] = {"claim_id": claim.id}
    if stored is None:
        action = url_for("claim_expenses.add", kind=kind.value, **address)
    else:
        address["expense_id"] = stored.id
        action = url_for("claim_expenses.change", **address)
    return {
        "claim_id": claim.id,
        "reference": claim.case_reference,
        "version": claim.version,
        "title": f"{words}, {stored.id}" if stored else f"New expense: {words.lower()}",
        "action": action,
        "is_new": stored is None,
        "is_each": stored is not None and stored.amount_each is not None,
        "receipts": [present_receipt(one) for one in receipts],
        "send_action": "" if stored is None else url_for("claim_receipts.send", **address),
        "file_max": size_words(file_max),
    }


def present_options(trip: Trip, stored: Expense | None) -> dict[str, list[Option]]:
    """Return what may be chosen in the fields of an expense, and what is stored of it."""
    people = [trip.patient.id, *(one.id for one in trip.companions)]
    lodging = stored.lodging_type if stored else None
    lodgings = _LODGINGS if lodging is None else {lodging: format_words(lodging), **_LODGINGS}
    return {
        "direction": _options(_DIRECTIONS),
        "distance_unit": _options({"mi": "Miles", "km": "Kilometres"}),
        "lodging_type": _options(lodgings),
        "cabin": _options({"": "Not stated"} | {one: format_words(one) for one in _CABINS}),
        "overnight": _options(_YES_NO),
        "international": _options(_YES_NO),
        "travellers": _options({one: name_of(one) for one in people}),
        "visit": _options({one.id: one.purpose or one.id for one in trip.visits}),
    }


def _options(words: dict[str, str]) -> list[Option]:
    return [{"value": value, "label": label} for value, label in words.items()]
