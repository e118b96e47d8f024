"""Any bill against any estimate: a plain count by hand comes to the same.

The oracle looks at every line and every item again and again, knows no index and no sums kept.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from pricing.estimate.bill_check import BillCheck, Reason, check_bill
from pricing.estimate.bill_document import Bill
from pricing.estimate.estimate_document import Estimate
from tests.pricing.estimate.estimates import bill_plain, estimate_plain, item, line

CODES = st.sampled_from(["A", "B", "C"])
DAYS = st.sampled_from(["2026-12-14", "2026-12-15"])
AMOUNTS = st.integers(0, 900_00).map(lambda cents: f"{cents // 100}.{cents % 100:02}")
UNITS = st.integers(1, 3)
KNOWN = st.sampled_from(["hospital", "surgeon"])
ANYBODY = st.sampled_from(["hospital", "surgeon", "stranger"])

ITEMS = st.lists(
    st.fixed_dictionaries(
        {"provider": KNOWN, "code": CODES, "date": DAYS, "charge": AMOUNTS, "quantity": UNITS}
    ),
    min_size=1,
    max_size=5,
)
LINES = st.lists(
    st.fixed_dictionaries(
        {"provider": ANYBODY, "code": CODES, "amount": AMOUNTS, "units": UNITS},
        optional={"date": DAYS},
    ),
    min_size=1,
    max_size=6,
)


def cents(text: str) -> int:
    """Return an amount in cents."""
    return int(text.replace(".", ""))


def numbered(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parts with an id each."""
    return [{**part, "id": str(number)} for number, part in zip(count(), parts, strict=False)]


def item_of(found: dict[str, Any], items: list[dict[str, Any]], taken: list[str]) -> str | None:
    """Return the item of a line by code and date, else by code."""
    alike = [one for one in items if all(one[key] == found[key] for key in ("provider", "code"))]
    for one in alike:
        if one["date"] == found.get("date"):
            return str(one["id"])
    for one in alike:
        if one["id"] not in taken:
            return str(one["id"])
    return str(alike[0]["id"]) if alike else None


def oracle(items: list[dict[str, Any]], lines: list[dict[str, Any]]) -> dict[str, str | None]:
    """Return the item of each line, found the plain way."""
    taken = [
        one["id"]
        for one in items
        for found in lines
        if all(one[key] == found.get(key) for key in ("provider", "code", "date"))
    ]
    matched: dict[str, str | None] = {}
    for found in lines:
        matched[found["id"]] = item_of(found, items, taken)
        taken.append(matched[found["id"]])
    for who in ("hospital", "surgeon"):
        free_lines = [
            one["id"] for one in lines if one["provider"] == who and matched[one["id"]] is None
        ]
        free_items = [
            one["id"] for one in items if one["provider"] == who and one["id"] not in taken
        ]
        if len(free_lines) == 1 and len(free_items) == 1:
            matched[free_lines[0]] = free_items[0]
    return matched


def checked(items: list[dict[str, Any]], lines: list[dict[str, Any]]) -> BillCheck:
    """Check a bill of these lines against an estimate of these items."""
    estimate = estimate_plain(*({**item("any"), **one} for one in items), issued_on="2026-12-02")
    bill = bill_plain(*({**line("any"), **one} for one in lines))
    return check_bill(
        Bill.model_validate(bill), Estimate.model_validate(estimate), today=date(2027, 2, 1)
    )


@settings(max_examples=150)
@given(items=ITEMS.map(numbered), lines=LINES.map(numbered))
def test_every_line_is_where_a_plain_search_finds_it(
    items: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    found = checked(items, lines)

    assert {one.line.id: one.item for one in found.lines} == oracle(items, lines)
    for one in found.lines:
        event(f"matched: {one.match}")


@settings(max_examples=150)
@given(items=ITEMS.map(numbered), lines=LINES.map(numbered))
def test_every_line_counts_once_and_all_sums_agree(
    items: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    found = checked(items, lines)

    of_items = [name for one in found.items for name in one.lines]
    of_none = [one.line.id for one in found.lines if one.item is None]
    assert sorted(of_items + of_none) == sorted(one["id"] for one in lines)
    assert found.billed.minor == sum(cents(one["amount"]) for one in lines)
    assert found.estimated.minor == sum(cents(one["charge"]) for one in items)
    unexpected = sum(one.amount.minor for one in found.lines if one.item is None)
    assert found.above.minor == sum(one.above.minor for one in found.items) + unexpected
    billed = sum(one.billed.minor for one in found.providers)
    assert billed + found.strangers.minor == found.billed.minor


@settings(max_examples=150)
@given(items=ITEMS.map(numbered), lines=LINES.map(numbered))
def test_the_test_of_400_dollars_is_a_plain_count(
    items: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    found = checked(items, lines)

    expected = []
    for who in ("hospital", "surgeon"):
        billed = sum(cents(one["amount"]) for one in lines if one["provider"] == who)
        estimated = sum(cents(one["charge"]) for one in items if one["provider"] == who)
        if billed - estimated >= 400_00:
            expected.append(who)
    assert list(found.dispute.about) == expected
    assert found.dispute.is_open == bool(expected)
    event("can be disputed" if expected else "cannot be disputed")


@settings(max_examples=100)
@given(items=ITEMS.map(numbered), lines=LINES.map(numbered))
def test_every_difference_has_a_reason(
    items: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> None:
    found = checked(items, lines)

    assert all(one.reasons for one in found.items if one.above.minor)
    assert all(one.reasons for one in found.lines if one.item is None)
    missing = {one.item.id for one in found.items if Reason.MISSING in one.reasons}
    assert missing == {one["id"] for one in items} - {one.item for one in found.lines}
