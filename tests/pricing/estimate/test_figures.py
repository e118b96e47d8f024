"""Figures from elsewhere become sources that a document can hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import ValidationError

from pricing.errors import CurrencyMismatch, InvalidAmount
from pricing.estimate.figures import TYPED, Figure, Source, from_contract, from_evidence, money_of
from pricing.estimate.read import read_estimate
from pricing.estimate.versions import with_figures
from pricing.money import Money
from tests.pricing.estimate.estimates import ESTIMATE_TEXT

CHARGE = Money(14036_14, "USD")


def test_evidence_names_file_row_and_date() -> None:
    figure = from_evidence(CHARGE, file="a" * 64, row=7, day=date(2026, 4, 1))

    assert figure == Figure(
        CHARGE, Source(kind="evidence", file="a" * 64, row=7, date=date(2026, 4, 1))
    )


def test_a_contract_names_terms_and_term() -> None:
    source = from_contract(CHARGE, terms="agreement", term="hip").source

    assert (source.kind, source.terms, source.term) == ("contract", "agreement", "hip")


def test_a_source_names_nothing_of_another_kind() -> None:
    with pytest.raises(ValidationError, match="belongs to a source of kind evidence"):
        Source(kind="contract", terms="agreement", term="hip", row=1)


def test_what_is_typed_names_nothing() -> None:
    assert Figure(CHARGE).source == TYPED


def test_a_fraction_of_a_cent_is_no_amount() -> None:
    with pytest.raises(InvalidAmount):
        money_of(Decimal("0.001"), "USD")


def test_a_figure_in_another_currency_enters_no_estimate() -> None:
    draft = read_estimate(ESTIMATE_TEXT, "estimate")
    figure = from_contract(Money(1, "EUR"), terms="agreement", term="hip")

    with pytest.raises(CurrencyMismatch):
        with_figures(draft, {draft.items[0].id: figure})
