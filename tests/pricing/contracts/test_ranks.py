"""Ranking among the lines that a rate prices, and the units that it counts; sums by hand."""

from __future__ import annotations

import pytest

from tests.pricing.contracts.pricing_of import paid

TABLE = "tables: {tc: [{key: '70551', value: 300}, {key: '72148', value: 280}]}\n"
READ_ELSEWHERE = "lines: [{code: 70551, modifiers: 26, charge: 3000}, {code: 72148, charge: 3000}]"


def imaging(kind: str, other: str) -> str:
    """Return terms that rank the technical parts, and pay a reading by another rate."""
    return (
        f"{TABLE}terms: [{{id: t, text: T., pays: {{{kind}: ["
        "{when: not (line.modifiers has '26'), amount: \"lookup('tc', line.code)\", "
        f"then: [{{ranked: [100 %, 50 %]}}]}}, {other}]}}}}]"
    )


@pytest.mark.parametrize(
    ("kind", "other", "expected"),
    [
        ("first_of", "{amount: 90}", "370.00"),  # 90 read only; 280 whole: the only one ranked
        ("sum_of", "{amount: 90}", "460.00"),  # 90; 280 + 90
        ("lesser_of", "{amount: 5000}", "5280.00"),  # 5,000 the only rate; the lesser of 280 whole
    ],
)
def test_only_lines_that_the_rate_itself_prices_are_ranked(
    kind: str, other: str, expected: str
) -> None:
    assert paid(imaging(kind, other), READ_ELSEWHERE) == expected


def surgery(count: str) -> str:
    """Return terms that rank every unit of two procedures."""
    return (
        "schedules: {fees: [{code: 64721, amount: 1200}, {code: 45378, amount: 500}]}\n"
        f"terms: [{{id: t, text: T., pays: {{schedule: fees, {count}"
        "then: [{ranked: {shares: [100 %, 50 %, 25 %], each: unit}}]}}]"
    )


@pytest.mark.parametrize(
    ("count", "line", "expected"),
    [
        ("", "{code: 64721, units: 3, charge: 9}", "2225.00"),  # 1,200 + 600 + 300; 125
        ("count_at_most: 1, ", "{code: 64721, units: 3, charge: 9}", "1450.00"),  # 1,200; 250
        (
            "count: \"if(line.modifiers has '50', 2, 1)\", ",
            "{code: 64721, modifiers: 50, charge: 9}",
            "1925.00",  # both sides: 1,200 + 600; 125
        ),
    ],
)
def test_every_unit_that_the_rate_counts_is_a_procedure(
    count: str, line: str, expected: str
) -> None:
    assert paid(surgery(count), f"lines: [{line}, {{code: 45378, charge: 9}}]") == expected


@pytest.mark.parametrize(
    ("ranked", "rest", "expected"),
    [
        ("[100 %, 50 %]", "", "1000.00"),  # 800; 400 × 50 %: the lines of one day, two terms
        ("[100 %, 50 %]", "applies_to: [second], ", "1200.00"),  # each alone in what it is for
        ("[100 %, 50 %]", "lines: {codes: B}, ", "1200.00"),
        ("{shares: [100 %, 50 %], by: line.weight}", "", "800.00"),  # 400; 800 × 50 %
        ("[100 %, 'if(this.amount > 300, 25 %, 50 %)']", "", "900.00"),  # 800; 400 × 25 %
        ("[100 %, 50 %]", "when: group.charges > 18, ", "1200.00"),  # 18 are not more than 18
    ],
)
def test_a_step_of_the_document_ranks_what_several_terms_pay(
    ranked: str, rest: str, expected: str
) -> None:
    terms = (
        "terms: [{id: first, text: T., lines: {codes: A}, pays: {amount: 400}}, "
        "{id: second, text: T., pays: {amount: 800}}]\n"
        f"steps: [{{id: s, text: S., {rest}ranked: {ranked}}}]"
    )
    claim = "lines: [{code: A, charge: 9, weight: 2}, {code: B, charge: 9, weight: 1}]"

    assert paid(terms, claim) == expected
