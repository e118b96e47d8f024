"""Two versions of an estimate: what was added, removed, changed."""

from __future__ import annotations

from pricing.estimate.differences import Change, compare_versions
from pricing.money import Money
from tests.pricing.estimate.estimates import estimate_of, estimate_plain, item

STAY = item("stay", "100.00")


def test_the_same_version_differs_in_nothing() -> None:
    assert not compare_versions(estimate_of(STAY), estimate_of(STAY))


def test_items_come_and_go() -> None:
    before, after = estimate_of(STAY, item("scan")), estimate_of(STAY, item("brace", "20.00"))

    found = compare_versions(before, after)

    assert [one.id for one in found.added] == ["brace"]
    assert [one.id for one in found.removed] == ["scan"]
    assert found.by == Money(-80_00, "USD")


def test_a_changed_item_tells_each_field_and_by_how_much() -> None:
    after = estimate_of(item("stay", "150.00", quantity=2, date="2026-12-15"))

    (changed,) = compare_versions(estimate_of(STAY), after).changed

    assert changed.changes == (
        Change("quantity", "1", "2"),
        Change("date", "2026-12-14", "2026-12-15"),
        Change("expected charge", "100.00", "150.00"),
    )
    assert changed.by == Money(50_00, "USD")


def test_a_figure_from_elsewhere_is_a_change() -> None:
    source = {"kind": "contract", "terms": "agreement", "term": "hip"}

    (changed,) = compare_versions(
        estimate_of(STAY), estimate_of({**STAY, "source": source})
    ).changed

    assert changed.changes == (
        Change("where the figure is from", "typed", "kind contract, terms agreement, term hip"),
    )


def test_days_payers_and_providers_are_told() -> None:
    hospital, surgeon = estimate_plain()["providers"]
    after = estimate_of(
        STAY,
        valid_until="2027-07-31",
        providers=[{**hospital, "state": "MN"}, {**surgeon, "id": "other", "name": "Other"}],
        payers={"plan": "60.00", "patient": "40.00"},
    )

    others = compare_versions(estimate_of(STAY), after).others

    assert others == (
        Change("valid until", "2027-06-30", "2027-07-31"),
        Change("provider", "Surgeon", ""),
        Change("Hospital: state", "", "MN"),
        Change("provider", "", "Other"),
        Change("plan pays", "0.00", "60.00"),
        Change("patient pays", "0.00", "40.00"),
        Change("self-pay pays", "100.00", "0.00"),
    )
