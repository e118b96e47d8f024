"""Steps of the document: which charges they hold and which money they change."""

from __future__ import annotations

import pytest

from tests.pricing.contracts.pricing_of import paid

BY_DAY = "terms: [{id: stay, text: T., for: claim, pays: {per_diem: 3000}}]"


def with_stop_loss(stop_loss: str, terms: str = BY_DAY) -> str:
    """Return terms with a stop-loss as their only step."""
    return f"{terms}\nsteps: [{{id: s, text: S., stop_loss: {{{stop_loss}}}}}]"


@pytest.mark.parametrize(
    ("days", "share_of", "allowed"),
    [
        (20, "", "60000.00"),
        (21, "", "75000.00"),
        (21, ", share_of: claim.charges", "75000.00"),
        (21, ", share_of: 1000 * stay.days", "15750.00"),
    ],
)
def test_a_first_dollar_share_is_of_charges_whatever_is_measured(
    days: int, share_of: str, allowed: str
) -> None:
    terms = with_stop_loss(f"form: first_dollar, of: stay.days, exceeds: 20, share: 75 %{share_of}")

    assert paid(terms, f"days: {days}\nlines: [{{charge: 100000}}]") == allowed
