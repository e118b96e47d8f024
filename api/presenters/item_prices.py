"""What an item of an estimate could cost, as the page for choosing shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from api.formatting import format_date
from api.operations.item_prices import CURRENCY, Published
from api.presenters.estimates import source_in_words
from api.problem_kind import to_sentence
from logistics.case_estimates import CaseEstimate
from pricing.estimate.estimate_document import Item
from pricing.estimate.totals import charge_of
from scheduling.documents import wording

LABELS: Final = {
    "published": "A published price",
    "terms": "Terms",
    "setting": "Where the care is given",
    "days": "Days of the stay",
}
"""The fields of both forms."""
_SHOWN: Final = 200


def present_item_prices(draft: CaseEstimate, item: Item, published: Published) -> dict[str, Any]:
    """Return the item, its charge now, and every published price with what it makes of it."""
    return {
        "id": item.id,
        "what": item.description,
        "code": f"{item.code_type} {item.code}",
        "revision": draft.revision,
        "facts": [
            {"label": "Code", "text": f"{item.code_type} {item.code}"},
            {"label": "Quantity", "text": str(item.quantity)},
            {"label": "Charge now", "text": wording.money(charge_of(draft.estimate, item))},
            {"label": "From", "text": source_in_words(item.source) or "typed"},
        ],
        "prices": [
            {
                "key": one.key,
                "hospital": one.hospital,
                "is_own": one.is_own,
                "what": f"{one.what}, modifiers {one.modifiers}" if one.modifiers else one.what,
                "unit": _unit_price(one.amount),
                "charge": wording.money(one.figure_of(item).charge),
                "row": one.row,
                "day": format_date(one.day),
            }
            for one in published.prices[:_SHOWN]
        ],
        "more": max(0, len(published.prices) - _SHOWN),
        "notices": [to_sentence(one) for one in published.notices],
        "settings": [
            {"value": "", "label": "not stated"},
            {"value": "inpatient", "label": "Inpatient"},
            {"value": "outpatient", "label": "Outpatient"},
            {"value": "professional", "label": "Professional"},
        ],
    }


def _unit_price(amount: Decimal) -> str:
    """Return an exact price, with two decimals at least."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{CURRENCY} {amount:,.{places}f}"
