"""Every move in every status of an estimate."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from pricing.estimate.errors import EstimateMoveRefused
from pricing.estimate.status import EstimateMove, EstimateStatus, moves_of, next_status, status_on

DRAWN = {
    ("draft", "issue"): "issued",
    ("draft", "withdraw"): "withdrawn",
    ("issued", "supersede"): "superseded",
    ("issued", "expire"): "expired",
    ("issued", "withdraw"): "withdrawn",
}
EVERY = list(product(EstimateStatus, EstimateMove))


@pytest.mark.parametrize(("status", "move"), EVERY)
def test_only_drawn_moves_are_made(status: EstimateStatus, move: EstimateMove) -> None:
    after = DRAWN.get((status.value, move.value))
    if after is not None:
        assert next_status(status, move) == after
        return
    with pytest.raises(
        EstimateMoveRefused, match=f"nobody can {move} an estimate that is {status}"
    ):
        next_status(status, move)


def test_what_can_be_done_is_what_is_drawn() -> None:
    offered = {(status.value, move.value) for status in EstimateStatus for move in moves_of(status)}

    assert offered == set(DRAWN)


def test_an_issued_version_expires_on_the_day_after_its_last() -> None:
    last = date(2027, 6, 30)

    assert status_on(EstimateStatus.ISSUED, last, last) is EstimateStatus.ISSUED
    assert status_on(EstimateStatus.ISSUED, last, date(2027, 7, 1)) is EstimateStatus.EXPIRED


@pytest.mark.parametrize("status", sorted(set(EstimateStatus) - {EstimateStatus.ISSUED}))
def test_nothing_else_expires(status: EstimateStatus) -> None:
    assert status_on(status, date(2020, 1, 1), date(2027, 1, 1)) is status
