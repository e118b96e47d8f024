"""What a claim's answer says: every line once, reasons, alternatives; errors name the field."""

from __future__ import annotations

import pytest

from pricing.contracts import errors
from pricing.documents.errors import NoTableRow
from pricing.errors import PricingError
from pricing.expressions.errors import CannotCompute
from tests.pricing.contracts.pricing_of import paid, paid_by, price

LINE = "lines: [{code: A1, charge: 100}]"


def test_a_line_that_no_term_covers_says_why_each_passed_it_over() -> None:
    terms = (
        "terms:\n"
        "- {id: ward, text: T., lines: {revenue_codes: 0120-0129}, pays: {amount: 1, per: unit}}\n"
        "- {id: dear, text: T., when: group.charges > 500, pays: {amount: 1}}\n"
        "- {id: old, text: T., valid_to: 2025-12-31, pays: {amount: 1}}\n"
        "- {id: stay, text: T., claim: {settings: inpatient}, pays: {amount: 1}}\n"
    )

    answer = price(terms, "lines: [{revenue_code: 250, charge: 100, date: 2026-01-01}]")

    assert answer["unpriced"] == ["1"]
    assert answer["lines"][0]["allowed_cents"] == 0
    assert answer["lines"][0]["reason"] == (
        "no term covers it. "
        "ward: its revenue code 0250 is not among 0120-0129; "
        "dear: group.charges > 500 does not hold; "
        "old: it was in force until 2025-12-31, and the day that counts is 2026-01-01; "
        "stay: the claim's setting (none) is not among inpatient"
    )


def test_included_lines_say_where_they_are_shown() -> None:
    terms = (
        "terms: [{id: case, text: T., for: claim, shown_on: {revenue_codes: 036*}, "
        "pays: {case_rate: 900}}]"
    )

    lines = price(terms, "lines: [{id: a, charge: 1}, {id: b, revenue_code: 360, charge: 1}]")[
        "lines"
    ]

    assert [(line["how"], line["allowed_cents"]) for line in lines] == [
        ("included", 0),
        ("priced", 900_00),
    ]
    assert lines[0]["reason"] == "included in what case pays for 2 lines, shown on line b"


def test_a_group_can_be_shared_out_by_charges() -> None:
    terms = "terms: [{id: case, text: T., for: claim, allot: charges, pays: {case_rate: 100}}]"

    lines = price(terms, "lines: [{charge: 1}, {charge: 1}, {charge: 1}]")["lines"]

    assert [line["allowed_cents"] for line in lines] == [33_33, 33_34, 33_33]


def test_lesser_of_tells_what_would_have_applied() -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {lesser_of: [{amount: 80}, {share: 90 %, of: charges}]}}]"
    )

    (trace,) = price(terms, LINE)["lines"][0]["trace"][-1:]

    assert [(one["arithmetic"], one["taken"]) for one in trace["considered"]] == [
        ("80", True),
        ("90 % of 100 (charges) = 90", False),
    ]


def test_an_addition_is_added_and_takes_nothing() -> None:
    terms = (
        "terms:\n"
        "- {id: more, text: T., in_addition: yes, pays: {amount: 5}}\n"
        "- {id: base, text: T., pays: {amount: 10}}\n"
    )

    (line,) = price(terms, LINE)["lines"]

    assert (line["term"], line["added_by"], line["allowed_cents"]) == ("base", ["more"], 15_00)


def test_a_line_says_which_steps_changed_it() -> None:
    terms = (
        "terms:\n"
        "- {id: a, text: T., lines: {codes: A1}, pays: {amount: 100}}\n"
        "- {id: b, text: T., pays: {amount: 100}}\n"
        "steps:\n"
        "- {id: floor, text: S., at_least: 1}\n"
        "- {id: cap, text: S., applies_to: a, at_most: 40}\n"
    )

    lines = price(terms, "lines: [{code: A1}, {code: B2}]")["lines"]

    assert [(line["allowed_cents"], line["changed_by"]) for line in lines] == [
        (40_00, ["cap"]),
        (100_00, []),
    ]


SHARED = "terms: [{id: t, text: T., pays: {amount: 100}}]"


@pytest.mark.parametrize(
    ("share", "patient", "told"),
    [
        ("100", 100_00, "100, as the claim states it"),
        (
            "100.01",
            100_00,
            "the patient's share of 100.01 is more than the allowed amount 100: 100",
        ),
    ],
)
def test_a_share_above_the_allowed_amount_is_cut_aloud(share: str, patient: int, told: str) -> None:
    answer = price(SHARED, f"patient_share: {share}\n{LINE}")

    assert (answer["patient_cents"], answer["payer_cents"]) == (patient, 0)
    (trace,) = answer["patient_trace"]
    assert (trace["what"], trace["arithmetic"]) == ("patient's share", told)


def test_without_a_share_there_is_nothing_to_tell_of_it() -> None:
    assert price(SHARED, LINE)["patient_trace"] == []


def test_what_is_not_paid_yet_is_told_as_conditional() -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {amount: 100}}]\n"
        "steps: [{id: p, text: T., prompt_pay: {discount: 5 %, within_days: 10, days: business}}]"
    )

    answer = price(terms, f"received: 2026-03-06\n{LINE}")

    assert answer["allowed_cents"] == 100_00
    assert answer["conditional"] == [
        {"step": "p", "text": "T.", "until": "2026-03-20", "change_cents": -5_00}
    ]


def test_a_payment_too_late_is_not_discounted() -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {amount: 100}}]\n"
        "steps: [{id: p, text: T., prompt_pay: {discount: 5 %, within_days: 10}}]"
    )

    answer = price(terms, f"received: 2026-03-06\npaid: 2026-03-17\n{LINE}")

    assert answer["steps"][0]["why_not"] == "paid on 2026-03-17, after 2026-03-16"


@pytest.mark.parametrize(
    ("rounding", "allowed"),
    [("{}", "0.04"), ("{each: claim}", "0.03"), ("{mode: down}", "0.02"), ("{to: 1}", "0.00")],
)
def test_rounding_is_the_documents(rounding: str, allowed: str) -> None:
    terms = f"rounding: {rounding}\nterms: [{{id: t, text: T., pays: {{amount: 0.015}}}}]"

    assert paid(terms, "lines: [{charge: 1}, {charge: 1}]") == allowed


@pytest.mark.parametrize(
    ("days", "claim", "counted"),
    [
        ("{}", "admitted: 2026-01-30\ndischarged: 2026-02-02", "3.00"),
        ("{}", "admitted: 2026-01-30\ndischarged: 2026-01-30", "1.00"),
        ("{same_day: 0}", "admitted: 2026-01-30\ndischarged: 2026-01-30", "0.00"),
        ("{count: both_ends}", "admitted: 2026-01-30\ndischarged: 2026-02-02", "4.00"),
        ("{count: both_ends}", "days: 2", "2.00"),
    ],
)
def test_days_are_counted_by_the_documents_rule(days: str, claim: str, counted: str) -> None:
    terms = f"days: {days}\nterms: [{{id: t, text: T., for: claim, pays: {{per_diem: 1}}}}]"

    assert paid(terms, f"{claim}\n{LINE}") == counted


def test_the_row_that_names_most_is_taken() -> None:
    terms = (
        "schedules:\n"
        "  s:\n"
        "  - {code: A*, amount: 1}\n"
        "  - {code: A1, amount: 2}\n"
        "  - {code: A1, modifier: 26, amount: 3}\n"
        "  - {code: A1, modifier: 26, place: NY, amount: 4}\n"
        "  - {revenue_code: 0300, amount: 5}\n"
        "terms: [{id: t, text: T., pays: {schedule: s}}]"
    )
    lines = "lines: [{code: A2}, {code: A1}, {code: a1, modifiers: 26}, {revenue_code: 300}]"

    found = [line["allowed_cents"] for line in price(terms, lines)["lines"]]

    assert found == [1_00, 2_00, 3_00, 5_00]
    assert paid(terms, "place: NY\nlines: [{code: A1, modifiers: [26]}]") == "4.00"


def test_a_fee_file_is_read_as_people_write_it() -> None:
    terms = (
        "schedules: {s: {file: fees.csv, columns: {code: HCPCS, amount: 2026 Rate}}}\n"
        "terms: [{id: t, text: T., pays: {schedule: s}}]"
    )
    csv = 'HCPCS,Note,2026 Rate,From,To\nA1,x,"$1,234.50",1/1/2026,\nA1,y,7,,12/31/2025\n'

    answer = price(terms, "lines: [{code: A1, date: 2026-01-01}]", lambda _: csv)

    assert answer["allowed_cents"] == 1_234_50


@pytest.mark.parametrize(("day", "allowed"), [("2025-12-31", 1_00), ("2026-01-01", 2_00)])
def test_rows_of_a_file_follow_each_other_day_by_day(day: str, allowed: int) -> None:
    terms = "schedules: {s: {file: f.csv}}\nterms: [{id: t, text: T., pays: {schedule: s}}]"
    rows = "code,from,to,amount\nA1,,2025-12-31,1\nA1,2026-01-01,,2\n"

    answer = price(terms, f"lines: [{{code: A1, date: {day}}}]", lambda _: rows)

    assert answer["allowed_cents"] == allowed


PHASES = """
facts: {claim.facts.done: {type: date, text: Day of the transplant.}}
phases: [{id: before, to: claim.facts.done - 1}, {id: after, from: claim.facts.done}]
terms: [{id: t, text: T., lines: {phases: before}, pays: {share: 40 %, of: charges}}]
"""


def test_a_phase_whose_days_are_not_known_is_asked_for() -> None:
    dated = "lines: [{code: A1, charge: 100, date: 2026-01-01}]"

    with pytest.raises(errors.ClaimFactMissing, match=r"claim\.facts\.done"):
        price(PHASES, dated)
    assert paid(PHASES, f"facts: {{done: 2026-01-02}}\n{dated}") == "40.00"
    assert paid(PHASES, dated.replace("charge", "phase: before, charge")) == "40.00"


MISSING = {
    "{share: 110 %, of: invoice}": (
        errors.ClaimFactMissing,
        "does not state line.invoice of line 1: term t of the terms asks for group.invoice; add",
    ),
    "{share: 110 %, of: medicare}": (
        errors.ClaimFactMissing, "does not state claim.medicare: term t of the terms asks for",
    ),
    "{per_diem: 5}": (
        errors.ClaimFactMissing, "claim.days (or claim.admitted and claim.discharged)",
    ),
    "{drg: {base: 1}}": (
        errors.ClaimFactMissing, "claim.drg_weight: term t of the terms asks for it; add",
    ),
    "{amount: 1 / group.invoice}": (errors.ClaimFactMissing, "line.invoice of line 1"),
    "{amount: 1 / (group.charges - 100)}": (CannotCompute, "nothing can be divided by 0"),
    "{amount: 1, then: [{plus: -5}]}": (errors.CannotPrice, "comes to −4, which is below 0"),
    "{per_diem: [{to: 3, amount: 1}], count: 4}": (errors.CannotPrice, "day 4 has no row"),
    "{lesser_of: [{amount: 1, when: no}]}": (errors.NoRateApplies, "no rate below lesser_of"),
}  # fmt: skip


@pytest.mark.parametrize(("pays", "error", "words"), [(k, *v) for k, v in MISSING.items()])
def test_what_cannot_be_priced_says_what_is_missing(
    pays: str, error: type[PricingError], words: str
) -> None:
    with pytest.raises(error) as caught:
        paid_by(pays, LINE)

    assert words in str(caught.value)


def test_a_line_missing_from_a_schedule_that_must_list_it_is_named() -> None:
    terms = (
        "schedules: {s: [{code: B, amount: 1}]}\n"
        "terms: [{id: t, text: T., for: claim, pays: {each_line: {schedule: s}}}]"
    )

    with pytest.raises(errors.NoScheduleRow, match=r"no row for line 1 \(code A1\)"):
        paid(terms, LINE)


def test_a_table_without_a_row_is_named() -> None:
    with pytest.raises(NoTableRow, match="table w has no row for 470"):
        paid(
            "tables: {w: [{key: '471', value: 1}]}\n"
            "terms: [{id: t, text: T., for: claim, pays: {amount: \"lookup('w', claim.drg)\"}}]",
            f"drg: 470\n{LINE}",
        )


def test_terms_of_another_time_or_currency_are_refused() -> None:
    terms = "valid_to: 2025-12-31\nterms: [{id: t, text: T., pays: {amount: 1}}]"

    with pytest.raises(errors.TermsNotInForce, match="not in force on 2026-01-01"):
        paid(terms, f"admitted: 2026-01-01\n{LINE}")
    with pytest.raises(errors.OtherCurrency, match="the claim is in EUR and the terms in USD"):
        paid(terms, f"currency: EUR\n{LINE}")


def test_a_fact_of_the_terms_own_is_read_as_declared() -> None:
    terms = (
        "facts: {claim.facts.urgent: {type: yes_no, text: U.}}\n"
        "terms: [{id: t, text: T., pays: {amount: 'if(claim.facts.urgent, 2, 1)'}}]"
    )

    assert paid(terms, f"facts: {{urgent: yes}}\n{LINE}") == "2.00"
    with pytest.raises(errors.InvalidClaimFact, match=r"claim\.facts\.urgent must be yes or no"):
        paid(terms, f"facts: {{urgent: maybe}}\n{LINE}")
    with pytest.raises(errors.UndeclaredClaimFact, match=r"did you mean claim\.facts\.urgent"):
        paid(terms, f"facts: {{urgennt: yes}}\n{LINE}")


def test_ranks_can_be_by_unit_and_spare_lines() -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {share: 100 %, of: charges, then: "
        "[{when: line.code != 'X', ranked: {shares: [100 %, 50 %], each: unit}}]}}]"
    )

    lines = "[{code: A, units: 2, charge: 100}, {code: X, charge: 70}, {code: B, charge: 40}]"

    # 50 whole, 25 the second unit, X is not ranked, 40 at half
    assert paid(terms, f"lines: {lines}") == "165.00"


def test_raises_compound_and_are_rounded_each_time() -> None:
    terms = (
        "escalators: {y: {raises: [{on: 2026-01-01, by: 3 %}, {on: 2027-01-01, by: 3 %}], "
        "round_to: 0.01}}\n"
        "terms: [{id: t, text: T., pays: {amount: 10.01, then: [{escalate: y}, {times: 100}]}}]"
    )

    assert paid(terms, "lines: [{date: 2025-12-31}]") == "1001.00"
    assert paid(terms, "lines: [{date: 2026-01-01}]") == "1031.00"
    assert paid(terms, "lines: [{date: 2027-01-01}]") == "1062.00"


CPI = """
tables: {cpi: [{from: 2027-01-01, to: 2027-12-31, value: 2.9 %}, {from: 2028-01-01, value: 3.4 %}]}
escalators: {y: {first: 2027-01-01, every_months: 12, by: "min(3 %, lookup('cpi', raise.on))"}}
terms: [{id: t, text: T., pays: {amount: 1000, then: [{escalate: y}]}}]
"""


@pytest.mark.parametrize(
    ("day", "allowed"),
    [("2026-12-31", "1000.00"), ("2027-01-01", "1029.00"), ("2028-06-01", "1059.87")],
)
def test_a_raise_can_look_at_the_day_it_begins(day: str, allowed: str) -> None:
    assert paid(CPI, f"lines: [{{date: {day}}}]") == allowed


def test_a_raise_that_was_reckoned_shows_how() -> None:
    (line,) = price(CPI, "lines: [{date: 2028-06-01}]")["lines"]

    assert line["trace"][-1]["arithmetic"] == (
        "1000 × 1.029 (from 2027-01-01: min(0.03, 0.029 (cpi for 2027-01-01))) "
        "× 1.03 (from 2028-01-01: min(0.03, 0.034 (cpi for 2028-01-01))) = 1059.87"
    )


def test_a_raise_typed_in_knows_its_day_too() -> None:
    terms = (
        "escalators: {y: {raises: [{on: 2027-01-01, by: 'if(year(raise.on) = 2027, 5 %, 0)'}]}}\n"
        "terms: [{id: t, text: T., pays: {amount: 100, then: [{escalate: y}]}}]"
    )

    assert paid(terms, "lines: [{date: 2027-01-01}]") == "105.00"


def test_days_at_the_end_of_the_calendar_are_no_harm() -> None:
    terms = (
        "escalators: {y: {first: 9999-12-31, every_months: 1, by: 3 %}}\n"
        "terms: [{id: t, text: T., pays: {amount: 100, then: [{escalate: y}]}}]\n"
        "steps: [{id: p, text: T., prompt_pay: {discount: 5 %, within_days: 10}}]"
    )

    answer = price(terms, "received: 9999-12-30\nadmitted: 9999-12-31\nlines: [{charge: 1}]")

    assert answer["allowed_cents"] == 103_00
    assert answer["conditional"][0]["until"] == "9999-12-31"
