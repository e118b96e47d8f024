"""Rates by date of service: each line, each group, each day at its own."""

from __future__ import annotations

import pytest

from pricing.contracts.errors import CannotPrice, ClaimFactMissing
from pricing.errors import PricingError
from tests.pricing.contracts.pricing_of import paid, price

BY_DATE = """
dated_by: service
tables: {rates: [{to: 2026-12-31, value: 100}, {from: 2027-01-01, value: 200}]}
escalators: {yearly: {first: 2027-01-01, every_months: 12, by: 10 %}}
"""
TWO_DAYS = "lines: [{charge: 1, date: 2026-12-31}, {charge: 1, date: 2027-01-01}]"


@pytest.mark.parametrize(
    ("grouped", "pays", "allowed"),
    [
        ("line", "{amount: \"lookup('rates', line.rate_date)\"}", "300.00"),
        ("day", "{amount: \"lookup('rates', group.rate_date)\"}", "300.00"),
        ("claim", "{amount: \"lookup('rates', group.rate_date)\"}", "100.00"),
        ("claim", "{amount: \"lookup('rates', claim.rate_date)\"}", "100.00"),
        ("line", "{amount: 100, then: [{escalate: yearly}]}", "210.00"),
        ("day", "{amount: 100, then: [{escalate: yearly}]}", "210.00"),
        ("claim", "{amount: 100, then: [{escalate: yearly}]}", "100.00"),
    ],
)
def test_what_is_priced_together_has_the_rate_of_its_first_day(
    grouped: str, pays: str, allowed: str
) -> None:
    terms = f"{BY_DATE}terms: [{{id: t, text: T., for: {grouped}, pays: {pays}}}]"

    assert paid(terms, TWO_DAYS) == allowed


def by_day(pays: str, grouped: str = "claim") -> str:
    """Return terms by date of service with one rate; rates are 100, and 200 from January on."""
    return f"{BY_DATE}terms: [{{id: t, text: T., for: {grouped}, pays: {pays}}}]"


ROWS = "per_diem: [{to: 1, amount: 50}, {from: 2, amount: 100}]"
LOOKED_UP = "\"lookup('rates', day.date)\""
CROSSING = "admitted: 2026-12-30\ndischarged: 2027-01-02\n"
ROOM = "lines: [{revenue_code: 120, units: 3, charge: 9}]"


@pytest.mark.parametrize(
    ("pays", "allowed"),
    [
        (f"{{per_diem: {LOOKED_UP}}}", "400.00"),
        (f"{{per_diem: {LOOKED_UP}, count_at_most: 2}}", "200.00"),
        (f"{{lesser_of: [{{per_diem: {LOOKED_UP}}}, {{amount: 399}}]}}", "399.00"),
        (f"{{per_diem: [{{to: 1, amount: 7}}, {{from: 2, amount: {LOOKED_UP}}}]}}", "307.00"),
        ("{per_diem: 'if(day.number = 3, 5, 1)'}", "7.00"),
        ("{per_diem: 'day.number', count: 2}", "3.00"),
        ("{per_diem: 1, count: 4, count_from: 4}", "4.00"),
        # 100, 100, 110; and of rows 50, 100, 110
        ("{per_diem: 100, then: [{escalate: yearly}]}", "310.00"),
        (f"{{{ROWS}, then: [{{escalate: yearly}}, {{times: 2}}]}}", "520.00"),
    ],
)
def test_each_day_of_a_stay_has_the_rate_of_its_date(pays: str, allowed: str) -> None:
    assert paid(by_day(pays), CROSSING + ROOM) == allowed


def test_the_days_of_one_rate_are_told_together() -> None:
    (line,) = price(by_day(f"{{per_diem: {LOOKED_UP}}}"), CROSSING + ROOM)["lines"]

    assert line["trace"][0]["arithmetic"] == (
        "days 1–2 (2026-12-30 to 2026-12-31): 2 × 100; day 3 (2027-01-01): 1 × 200 = 400"
    )


PER_LINE = f"{{per_diem: {LOOKED_UP}, count: line.units}}"


@pytest.mark.parametrize(
    ("lines", "allowed"),
    [
        ("[{units: 3}]", "400.00"),
        ("[{units: 1, date: 2026-12-31}, {units: 2, date: 2027-01-01}]", "500.00"),
        ("[{units: 2, date: 2026-12-31}, {units: 2.5, date: 2026-12-30}]", "600.00"),
    ],
)
def test_a_room_line_by_itself_begins_on_its_own_date(lines: str, allowed: str) -> None:
    assert paid(by_day(PER_LINE, "line"), f"{CROSSING}lines: {lines}") == allowed


UNKNOWN = "which days count is not known"


@pytest.mark.parametrize(
    ("pays", "claim", "error", "words"),
    [
        (f"{{per_diem: {LOOKED_UP}}}", f"days: 2\n{ROOM}", ClaimFactMissing, "state admitted"),
        (f"{{per_diem: {LOOKED_UP}}}", f"days: 2\n{CROSSING}{ROOM}", CannotPrice, UNKNOWN),
        (f"{{per_diem: {LOOKED_UP}, count: 2}}", CROSSING + ROOM, CannotPrice, UNKNOWN),
        (f"{{per_diem: {LOOKED_UP}, count_at_least: 4}}", CROSSING + ROOM, CannotPrice, UNKNOWN),
        (f"{{per_diem: {LOOKED_UP}, count: 3}}", CROSSING + ROOM, CannotPrice, UNKNOWN),
        ("{per_diem: day.number}", f"days: 4000\n{ROOM}", CannotPrice, "at most 3660 have dates"),
        (
            "{per_diem: day.number}",
            f"admitted: 9999-12-31\ndays: 2\n{ROOM}",
            CannotPrice,
            "after the last of the calendar",
        ),
    ],
)
def test_days_whose_dates_are_not_known_are_not_guessed(
    pays: str, claim: str, error: type[PricingError], words: str
) -> None:
    with pytest.raises(error, match=words):
        paid(by_day(pays), claim)


def test_a_room_line_of_a_part_of_the_stay_is_asked_for_its_date() -> None:
    with pytest.raises(ClaimFactMissing, match=r"lines\[2\]\.date"):
        paid(by_day(PER_LINE, "line"), f"{CROSSING}lines: [{{units: 3}}, {{units: 2}}]")


VERSIONS = """
dated_by: service
terms:
- {id: old, text: T., valid_to: 2026-12-31, for: claim, %s, pays: {%s}}
- {id: new, text: T., valid_from: 2027-01-01, for: claim, pays: {%s}}
"""


def test_the_old_and_the_new_case_rate_are_not_both_paid() -> None:
    anything = "claim: {}"
    terms = VERSIONS % (anything, "case_rate: 8000", "case_rate: 8400")

    assert paid(terms, "lines: [{charge: 1, date: 2027-01-01}]") == "8400.00"
    with pytest.raises(CannotPrice, match="as old does, which is in force on other days"):
        paid(terms, TWO_DAYS)
    shares = VERSIONS % (anything, "share: 80 %, of: charges", "share: 90 %, of: charges")
    assert paid(shares, TWO_DAYS) == "1.70"
    other = VERSIONS % ("lines: {codes: A1}", "case_rate: 1", "case_rate: 2")
    assert paid(other, TWO_DAYS.replace("{charge", "{code: A1, charge", 1)) == "3.00"


@pytest.mark.parametrize(
    ("grouped", "allowed"), [("line", "101.00"), ("day", "101.00"), ("claim", "2.00")]
)
def test_a_step_of_each_line_is_in_force_by_the_day_of_the_line(grouped: str, allowed: str) -> None:
    terms = (
        "dated_by: service\nterms: [{id: t, text: T., pays: {share: 100 %, of: charges}}]\n"
        f"steps: [{{id: s, text: S., valid_from: 2027-01-01, for: {grouped}, at_least: 100}}]"
    )

    assert paid(terms, TWO_DAYS) == allowed


def test_a_step_of_each_line_says_that_it_is_not_in_force() -> None:
    terms = (
        "terms: [{id: t, text: T., pays: {share: 100 %, of: charges}}]\n"
        "steps: [{id: s, text: S., valid_from: 2027-01-02, for: line, at_least: 100}]"
    )

    (step,) = price(terms, f"admitted: 2027-01-01\n{TWO_DAYS}")["steps"]

    assert step["why_not"].startswith("it is in force from 2027-01-02")


OWN = """
tables: {rates: [{to: 2026-12-31, value: 100}, {from: 2027-01-01, value: 200}]}
escalators: {yearly: {first: 2027-01-01, every_months: 12, by: 10 %}}
terms:
"""


@pytest.mark.parametrize(
    ("document", "term", "allowed"),
    [
        ("admission", "service", "300.00"),
        ("admission", "discharge", "400.00"),
        ("service", "admission", "200.00"),
        ("service", "discharge", "400.00"),
        ("discharge", "service", "300.00"),
        ("discharge", "admission", "200.00"),
    ],
)
def test_a_term_may_be_dated_otherwise_than_the_document(
    document: str, term: str, allowed: str
) -> None:
    terms = f"dated_by: {document}\n{OWN}- {{id: t, text: T., dated_by: {term}, "
    terms += "pays: {amount: \"lookup('rates', line.rate_date)\"}}"

    claim = "admitted: 2026-12-30\ndischarged: 2027-01-02\n" + TWO_DAYS

    assert paid(terms, claim) == allowed


def test_a_terms_own_date_rule_holds_for_its_validity_its_raises_and_no_other_term() -> None:
    terms = f"""{OWN}
- {{id: new, text: T., dated_by: service, valid_from: 2027-01-01, lines: {{codes: A1}},
   pays: {{amount: 7}}}}
- {{id: raised, text: T., dated_by: service, lines: {{codes: B1}},
   pays: {{amount: 100, then: [{{escalate: yearly}}]}}}}
- {{id: old, text: T., pays: {{amount: "lookup('rates', line.rate_date)"}}}}
"""
    claim = "admitted: 2026-12-30\ndischarged: 2027-01-02\nlines:\n" + "\n".join(
        f"- {{code: {code}, charge: 1, date: {day}}}"
        for code in ("A1", "B1")
        for day in ("2026-12-31", "2027-01-01")
    )

    allowed = [line["allowed_cents"] for line in price(terms, claim)["lines"]]
    assert allowed == [100_00, 7_00, 100_00, 110_00]


def test_a_step_may_be_dated_otherwise_than_the_document() -> None:
    terms = f"{OWN}- {{id: t, text: T., pays: {{amount: 100}}}}\nsteps:\n"
    terms += "- {id: s, text: S., dated_by: discharge, valid_from: 2027-01-01, times: 2}"

    claim = "admitted: 2026-12-30\ndischarged: 2027-01-02\n" + TWO_DAYS

    assert paid(terms, claim) == "400.00"


BESIDE = """terms:
- {id: beside, text: T., lines: {codes: B1, same_day_as: {codes: A1}}, pays: {amount: 5}}
- {id: rest, text: T., pays: {amount: 100}}
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("- {code: B1, date: 2026-04-01}\n- {code: A1, date: 2026-04-01}", "105.00"),
        ("- {code: B1, date: 2026-04-02}\n- {code: A1, date: 2026-04-01}", "200.00"),
        ("- {code: B1, date: 2026-04-02}\n- {code: C1}", "200.00"),  # C1 is none of these, ever
        ("- {code: B1}", "100.00"),  # the only line, of whatever day
    ],
)
def test_lines_are_chosen_by_what_else_is_done_on_their_day(lines: str, expected: str) -> None:
    assert paid(BESIDE, f"lines:\n{lines.replace('}', ', charge: 1}')}") == expected


@pytest.mark.parametrize(("undated", "number"), [("A1", 1), ("B1", 2)])
def test_a_line_without_a_date_is_asked_for_it_where_its_day_decides(
    undated: str, number: int
) -> None:
    codes = "".join(
        f"- {{code: {code}, charge: 1{'' if code == undated else ', date: 2026-04-01'}}}\n"
        for code in ("A1", "B1")
    )

    with pytest.raises(ClaimFactMissing, match=rf"line\.date of line {number}"):
        paid(BESIDE, f"lines:\n{codes}")
