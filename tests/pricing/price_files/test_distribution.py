"""Percentiles are observed amounts, the higher one between two, as numpy's 'higher' has it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pricing.price_files.distribution import FEW, distribution_of

CENTS = st.lists(st.integers(1, 10_000_000), min_size=1, max_size=60)


@given(cents=CENTS)
def test_percentiles_are_those_of_numpys_method_higher(cents: list[int]) -> None:
    found = distribution_of(Decimal(one) for one in cents)

    assert found is not None
    told = [found.minimum, found.p10, found.median, found.p90, found.maximum]
    expected = np.percentile(cents, [0, 10, 50, 90, 100], method="higher")
    assert [int(one) for one in told] == [int(one) for one in expected]


def test_no_amounts_have_no_distribution() -> None:
    assert distribution_of([]) is None


def test_few_amounts_are_called_few() -> None:
    few, enough = (distribution_of([Decimal(1)] * count) for count in (FEW - 1, FEW))

    assert few is not None
    assert enough is not None
    assert (few.is_few, enough.is_few) == (True, False)
