"""From one version of an estimate to the next: what a new draft takes over, what issuing adds."""

from __future__ import annotations

from datetime import date

from pricing.estimate.errors import EstimateIncomplete
from pricing.estimate.estimate_document import Estimate
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


def issued_version(draft: Estimate, day: date) -> Estimate:
    """Return the draft as it is issued on a day; raises EstimateIncomplete with what is missing."""
    gaps = list_gaps(draft)
    if gaps:
        raise EstimateIncomplete(gaps)
    return draft.model_copy(update={"issued_on": day})
