"""Steps of the document: which charges they hold and which money they change."""

from __future__ import annotations

import pytest

from pricing.contracts.errors import ClaimFactMissing
from tests.pricing.contracts.pricing_of import paid, price

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


PARTLY_COVERED = """
terms:
- {id: never, text: T., lines: {modifiers: PB}, pays: {nothing: never event}}
- {id: rooms, text: T., lines: {revenue_codes: 0120}, pays: {amount: 2000, per: unit}}
- {id: drugs, text: T., lines: {revenue_codes: 0250}, pays: {included: in the per diem}}
steps: [{id: s, text: S., %s}]
"""
PARTLY = """
lines:
- {revenue_code: 120, units: 3, charge: 45000}
- {revenue_code: 250, charge: 5000}
- {revenue_code: 360, modifiers: PB, charge: 20000}
- {revenue_code: 999, charge: 100}
"""


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        ("stop_loss: {form: first_dollar, exceeds: 50000, share: 50 %}", [6000_00, 0, 0, 0]),
        ("stop_loss: {form: first_dollar, reaches: 50000, share: 50 %}", [22500_00, 2500_00, 0, 0]),
        ("stop_loss: {form: second_dollar, exceeds: 48000, share: 50 %}", [7000_00, 0, 0, 0]),
        ("at_least: 20 % * group.charges", [10000_00, 0, 0, 0]),
        ("for: line, at_least: 20 % * line.charge", [9000_00, 0, 0, 0]),
        ("for: line, plus: 7", [6007_00, 0, 0, 0]),
        ("of: payer, when: group.lines = 2, times: 0", [6000_00, 0, 0, 0]),
    ],
)
def test_a_step_leaves_out_what_is_not_covered_and_what_no_term_took(
    step: str, lines: list[int]
) -> None:
    answer = price(PARTLY_COVERED % step, PARTLY)

    assert [line["allowed_cents"] for line in answer["lines"]] == lines
    assert [line["how"] for line in answer["lines"]] == [
        "priced", "included", "nothing", "unpriced",
    ]  # fmt: skip
    assert ("of: payer" in step) == (answer["payer_cents"] == 0)


def test_a_floor_pays_nothing_where_nothing_is_covered() -> None:
    answer = price(PARTLY_COVERED % "at_least: 500", "lines: [{modifiers: PB, charge: 900}]")

    assert answer["allowed_cents"] == 0
    assert answer["steps"][0]["why_not"] == "it is for no line here"


def test_the_last_of_several_rates_can_be_that_it_is_not_covered() -> None:
    terms = (
        "schedules: {fees: [{code: A1, amount: 10}]}\n"
        "terms: [{id: t, text: T., pays: {first_of: [{schedule: fees}, {nothing: not listed}]}}]\n"
        "steps: [{id: s, text: S., at_least: 50 % * group.charges}]"
    )

    lines = price(terms, "lines: [{code: A1, charge: 100}, {code: B2, charge: 100}]")["lines"]

    assert [(line["how"], line["allowed_cents"]) for line in lines] == [
        ("priced", 50_00),
        ("nothing", 0),
    ]
    assert lines[1]["reason"] == "not listed"


WITH_ADDITION = """
terms:
- {id: stay, text: T., for: %s, pays: {%s}}
- {id: drugs, text: T., lines: {revenue_codes: 0636}, in_addition: yes,
   pays: {share: 60 %%, of: charges}}
steps: [{id: s, text: S., not_to: [drugs], %s}]
"""
FIRST_DOLLAR = "stop_loss: {form: first_dollar, exceeds: 200000, share: 50 %}"


@pytest.mark.parametrize(
    ("room", "allowed"), [(150_000, "45000.00"), (200_000, "45000.00"), (210_000, "141000.00")]
)
@pytest.mark.parametrize("is_first", [True, False])
def test_neither_money_nor_charges_of_an_addition_named_in_not_to_count(
    room: int, allowed: str, *, is_first: bool
) -> None:
    terms = WITH_ADDITION % ("claim", "per_diem: 3000", FIRST_DOLLAR)
    rooms, drugs = f"{{revenue_code: 120, charge: {room}}}", "{revenue_code: 636, charge: 60000}"
    lines = (drugs, rooms) if is_first else (rooms, drugs)

    assert paid(terms, f"days: 3\nlines: [{', '.join(lines)}]") == allowed


def test_a_line_paid_by_itself_keeps_its_charge_below_an_addition() -> None:
    terms = WITH_ADDITION % ("line", "share: 80 %, of: charges", "at_most: 70 % * group.charges")

    # 70 % of 1,500, not of 1,000; and 60 % of 500 beside it
    lines = "lines: [{revenue_code: 120, charge: 1000}, {revenue_code: 636, charge: 500}]"
    assert paid(terms, lines) == "1350.00"


def test_a_step_whose_lines_all_lie_outside_says_that_no_day_is_known() -> None:
    terms = WITH_ADDITION % ("claim", "amount: 5", "when: group.first_date > 2026-01-01, plus: 1")

    with pytest.raises(ClaimFactMissing, match="a line that this is about"):
        paid(terms, "lines: [{revenue_code: 636, charge: 500, date: 2026-01-01}]")


@pytest.mark.parametrize(
    ("step", "change"),
    [
        ("not_to: carved", [-5_00]),
        ("lines: {codes: A1}", [-50_00]),
        ("for: line, when: line.charge > 100", [-50_00]),
        ("of: payer", [-54_00]),
        ("when: group.charges > 1100", []),
        ("claim: {settings: inpatient}", []),
        ("valid_to: 2025-12-31", []),
        ("lines: {codes: C3}", []),
    ],
)
def test_a_discount_that_depends_on_payment_is_told_as_it_would_be_taken(
    step: str, change: list[int]
) -> None:
    terms = (
        "terms:\n"
        "- {id: carved, text: T., lines: {codes: A1}, pays: {share: 100 %, of: charges}}\n"
        "- {id: rest, text: T., pays: {share: 100 %, of: charges}}\n"
        f"steps: [{{id: p, text: S., {step}, prompt_pay: {{discount: 5 %, within_days: 10}}}}]"
    )
    claim = (
        "received: 2026-01-01\nadmitted: 2026-01-01\npatient_share: 20\n"
        "lines: [{code: A1, charge: 1000}, {code: B2, charge: 100}]"
    )

    told = price(terms, claim)["conditional"]
    paid_in_time = price(terms, f"paid: 2026-01-02\n{claim}")

    assert [one["change_cents"] for one in told] == change
    assert paid_in_time["payer_cents"] == 1080_00 + sum(change)
