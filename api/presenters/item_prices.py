"""What an item of an estimate could cost, as the page for choosing shows it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from api.formatting import format_date
from api.operations.item_prices import CURRENCY, Notice, Published, PublishedPrice
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
        "quantity": item.quantity,
        "hospitals": _hospitals(published, item),
        "has_own": any(one.is_own for one in published.prices),
        "notices": [to_sentence(one.words) for one in published.notices if one.hospital is None],
        "settings": [
            {"value": "", "label": "not stated"},
            {"value": "inpatient", "label": "Inpatient"},
            {"value": "outpatient", "label": "Outpatient"},
            {"value": "professional", "label": "Professional"},
        ],
    }


def _hospitals(published: Published, item: Item) -> list[dict[str, Any]]:
    """Return the prices and what weakens them hospital by hospital; open where care is given."""
    names = dict.fromkeys(
        (*(one.hospital for one in published.prices), *(one.hospital for one in published.notices))
    )
    own = {one.hospital for one in published.prices if one.is_own}
    found = []
    for name in (one for one in names if one is not None):
        prices = [one for one in published.prices if one.hospital == name]
        found.append({
            "name": name,
            "is_own": name in own,
            "is_open": name in own or len(names) == 1,
            "range": _range(prices),
            "day": format_date(prices[0].day) if prices else None,
            "prices": [_price(one, item) for one in prices[:_SHOWN]],
            "more": max(0, len(prices) - _SHOWN),
            "notices": [to_sentence(one.words) for one in _about(name, published)],
        })  # fmt: skip
    return found


def _about(hospital: str, published: Published) -> list[Notice]:
    return [one for one in published.notices if one.hospital == hospital]


def _range(prices: Sequence[PublishedPrice]) -> str:
    """Return how many prices there are, and of what size."""
    if not prices:
        return "no price to take"
    amounts = sorted(one.amount for one in prices)
    if amounts[0] == amounts[-1]:
        return _unit_price(amounts[0])
    count = f"{len(prices)} prices"
    return f"{count}, {_unit_price(amounts[0])} to {_unit_price(amounts[-1])} a unit"


def _price(one: PublishedPrice, item: Item) -> dict[str, Any]:
    others = one.rows - 1
    return {
        "key": one.key,
        "what": f"{one.what}, modifiers {one.modifiers}" if one.modifiers else one.what,
        "unit": _unit_price(one.amount),
        "charge": wording.money(one.figure_of(item).charge),
        "row": f"row {one.row} and {others} more" if others else f"row {one.row}",
    }


def _unit_price(amount: Decimal) -> str:
    """Return an exact price, with two decimals at least."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{CURRENCY} {amount:,.{places}f}"
