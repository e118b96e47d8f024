"""From one version of an estimate to the next: what a new draft takes over, what issuing adds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pricing.errors import CurrencyMismatch
from pricing.estimate.errors import EstimateIncomplete
from pricing.estimate.estimate_document import Estimate, Item
from pricing.estimate.figures import Figure
from pricing.estimate.gaps import list_gaps


def draft_after(issued: Estimate) -> Estimate:
    """Return the draft that begins as what was issued before it."""
    return issued.model_copy(
        update={
            "version": issued.version + 1,
            "first_issued_on": issued.first_issued_on or issued.issued_on,
            "issued_on": None,
            "changed_on": None,
        }
    )


def with_figures(draft: Estimate, figures: Mapping[str, Figure]) -> Estimate:
    """Return the draft with other charges, by the id of the item.

    Where the patient pays all of it themselves they pay what it comes to now; any other sharing
    stays as it is stated, and may no longer sum to the total. Raises CurrencyMismatch.
    """
    for figure in figures.values():
        if figure.charge.currency != draft.currency:
            raise CurrencyMismatch(figure.charge.currency, draft.currency)
    items = tuple(_with_figure(one, figures.get(one.id)) for one in draft.items)
    payers = draft.payers
    if payers is not None and not payers.plan and not payers.patient:
        payers = None
    return draft.model_copy(update={"items": items, "payers": payers})


def _with_figure(item: Item, figure: Figure | None) -> Item:
    if figure is None:
        return item
    charge = Decimal(figure.charge.to_decimal_text())
    return item.model_copy(update={"charge": charge, "source": figure.source})


def issued_version(draft: Estimate, day: date) -> Estimate:
    """Return the draft as it is issued on a day; raises EstimateIncomplete with what is missing."""
    gaps = list_gaps(draft)
    if gaps:
        raise EstimateIncomplete(gaps)
    return draft.model_copy(update={"issued_on": day})
