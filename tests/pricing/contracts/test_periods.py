"""Limits by week, month and year: each line in the period of its own date, none counted twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pricing.contracts.errors import ClaimFactMissing
from tests.pricing.contracts.pricing_of import paid, price

CLAIM = st.lists(
    st.tuples(st.dates(date(2027, 1, 25), date(2027, 4, 20)), st.integers(0, 6)),
    min_size=1,
    max_size=9,
)
"""Lines: a date and units."""
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def lines_of(lines: list[tuple[date, int]]) -> str:
    """Return the lines of a claim."""
    said = [f"- {{code: A1, units: {units}, charge: 1, date: {day}}}" for day, units in lines]
    return "lines:\n" + "\n".join(said)


def period(within: str, day: date, starts: str, first: date) -> tuple[int, ...] | date:
    """Return what names the period of a day, found by walking the calendar day by day."""
    if within == "calendar_month":
        return (day.year, day.month)
    if within == "calendar_quarter":
        return (day.year, {1: 1, 2: 1, 3: 1}.get(day.month, 2))
    if within == "calendar_year":
        return (day.year,)
    while not (
        DAYS[day.weekday()] == starts
        if within == "calendar_week"
        else (day.month, day.day) == (first.month, first.day)
    ):
        day -= timedelta(days=1)
    return day


@settings(max_examples=60)
@given(
    lines=CLAIM,
    within=st.sampled_from(
        ["calendar_week", "calendar_month", "calendar_quarter", "calendar_year", "contract_year"]
    ),
    starts=st.sampled_from(DAYS),
    most=st.integers(0, 8),
    first=st.dates(date(2026, 1, 1), date(2027, 2, 28)),
)
def test_units_beyond_the_limit_of_a_period_are_paid_as_the_rows_say(
    lines: list[tuple[date, int]], within: str, starts: str, most: int, first: date
) -> None:
    head = f"valid_from: 2020-{first:%m-%d}\nweek_starts: {starts}\n"
    limit = f"count_within: {within}"
    rows = f"per_unit: [{{from: 1, to: {most + 1}, amount: 7}}, {{from: {most + 2}, amount: 3}}]"
    capped = f"{head}terms: [{{id: t, text: T., pays: {{amount: 7, per: unit, {limit}, "
    capped += f"count_at_most: {most}}}}}]"
    stepped = f"{head}terms: [{{id: t, text: T., pays: {{{rows}, {limit}}}}}]"
    grouped = f"{head}terms: [{{id: t, text: T., for: {within}, pays: {{amount: 7, per: unit, "
    grouped += f"count_at_most: {most}}}}}]"

    used: dict[object, int] = {}
    each_capped, each_stepped = [0] * len(lines), [0] * len(lines)
    for place in sorted(range(len(lines)), key=lambda place: (lines[place][0], place)):
        day, units = lines[place]
        key = period(within, day, starts, first)
        for _ in range(units):
            used[key] = used.get(key, 0) + 1
            each_capped[place] += 700 if used[key] <= most else 0
            each_stepped[place] += 700 if used[key] <= most + 1 else 300

    claim = lines_of(lines)
    assert [one["allowed_cents"] for one in price(capped, claim)["lines"]] == each_capped
    assert [one["allowed_cents"] for one in price(stepped, claim)["lines"]] == each_stepped
    assert price(grouped, claim)["allowed_cents"] == sum(each_capped)


@settings(max_examples=40)
@given(lines=CLAIM, most=st.integers(0, 60))
def test_a_step_of_months_holds_each_month_by_itself(
    lines: list[tuple[date, int]], most: int
) -> None:
    terms = "terms: [{id: t, text: T., pays: {amount: 7, per: unit}}]\nsteps:\n"
    terms += f"- {{id: month, text: M., for: calendar_month, at_most: {most}}}"

    months: dict[int, int] = {}
    for day, units in lines:
        months[day.month] = months.get(day.month, 0) + units * 7

    expected = sum(min(most, month) for month in months.values())
    assert price(terms, lines_of(lines))["allowed_cents"] == expected * 100


def test_the_trace_tells_what_came_before_in_which_period() -> None:
    terms = "terms: [{id: t, text: T., pays: {amount: 90, per: unit, count_at_most: 20, "
    terms += "count_within: calendar_month}}]"

    answer = price(terms, lines_of([(date(2027, 1, 31), 18), (date(2027, 1, 25), 6)]))

    assert [line["trace"][0]["arithmetic"] for line in answer["lines"]] == [
        "90 × 14 units (at most 20; 6 before in the calendar month 2027-01, there were 18) = 1260",
        "90 × 6 units (0 before in the calendar month 2027-01, at most 20) = 540",
    ]


def test_visits_are_lines_whatever_their_units() -> None:
    terms = "terms: [{id: t, text: T., pays: {amount: 60, per: line, count_at_most: 2, "
    terms += "count_within: calendar_week}}]"

    # Monday, Tuesday; Wednesday is the third of its week; the next Monday is another
    visits = [(date(2027, 2, day), 4) for day in (1, 2, 3, 8)]

    assert paid(terms, lines_of(visits)) == "180.00"


def test_only_lines_that_the_rate_prices_use_its_limit() -> None:
    terms = """
terms:
- id: t
  text: T.
  pays:
    first_of:
    - {when: line.code = 'A1', amount: 50, per: unit, count_at_most: 1, count_within: calendar_year}
    - {amount: 20}
"""
    claim = (
        "lines: [{code: B2, charge: 1, date: 2027-01-01}, {code: A1, charge: 1, date: 2027-01-02}]"
    )

    assert paid(terms, claim) == "70.00"


def test_ranks_begin_anew_each_week() -> None:
    terms = "terms: [{id: t, text: T., pays: {amount: 100, then: [{ranked: {shares: [100 %, 50 %], "
    terms += "within: calendar_week}}]}}]"

    # Sunday 7 February ends the week that Monday the 1st began
    assert paid(terms, lines_of([(date(2027, 2, day), 1) for day in (1, 7, 8)])) == "250.00"


def test_a_contract_year_of_29_february_begins_on_the_28th() -> None:
    terms = "valid_from: 2024-02-29\nterms: [{id: t, text: T., pays: {amount: 10, per: unit, "
    terms += "count_at_most: 1, count_within: contract_year}}]"

    assert paid(terms, lines_of([(date(2027, 2, 27), 1), (date(2027, 2, 28), 1)])) == "20.00"


def test_a_line_without_its_date_is_asked_for_it() -> None:
    terms = "terms: [{id: t, text: T., pays: {amount: 10, per: unit, count_at_most: 1, "
    terms += "count_within: calendar_month}}]"

    with pytest.raises(ClaimFactMissing) as caught:
        price(terms, "lines: [{code: A1, charge: 1, date: 2027-01-01}, {code: A1, charge: 1}]")

    assert caught.value.field == "line.date of line 2"


def test_a_quarter_begins_with_april_and_lies_within_the_year() -> None:
    terms = """
terms:
- {id: t, text: T., for: calendar_quarter, pays: {amount: 10, per: unit, count_at_most: 2}}
steps:
- {id: year, text: Y., for: calendar_year, at_most: 35}
"""
    days = [date(2026, 12, 31), date(2027, 1, 1), date(2027, 3, 31), date(2027, 4, 1)]

    # 20 of 2026; of 2027 20 and 20, at most 35
    assert paid(terms, lines_of([(day, 2) for day in days])) == "55.00"


def test_the_first_visits_of_a_year_are_found_by_date_where_fees_differ() -> None:
    terms = """
schedules: {fees: [{code: A1, amount: 100}, {code: B1, amount: 60}]}
terms:
- id: t
  text: The first two visits of a year whole, further ones at 80 %.
  pays:
    schedule: fees
    then:
    - ranked: {shares: [100 %, 100 %, 80 %], by: 2100-01-01 - line.date,
               within: calendar_year, each: unit}
"""
    claim = """
lines:
- {code: A1, charge: 1, date: 2027-05-01}
- {code: B1, units: 2, charge: 1, date: 2027-02-01}
- {code: A1, charge: 1, date: 2028-01-01}
"""

    # B1 twice whole, A1 third: 80 %, A1 first of the new year
    assert paid(terms, claim) == "300.00"


def test_each_code_has_a_limit_of_its_own_where_lines_are_grouped_by_code() -> None:
    terms = (
        "tables: {most: [{key: '11720', value: 1}, {key: '96365', value: 2}]}\n"
        "schedules: {fees: [{code: 11720, amount: 40}, {code: 96365, amount: 70}]}\n"
        "terms: [{id: t, text: T., for: code, pays: {each_line: {schedule: fees, "
        "count_at_most: \"lookup('most', line.code)\", count_within: day}}}]"
    )
    claim = """lines:
- {code: 11720, units: 2, charge: 9, date: 2026-04-01}
- {code: 96365, units: 1, charge: 9, date: 2026-04-01}
- {code: 11720, units: 1, charge: 9, date: 2026-04-01}
- {code: 96365, units: 2, charge: 9, date: 2026-04-01}
- {code: 11720, units: 1, charge: 9, date: 2026-04-02}
"""

    # April 1: one of three units at 40, two of three at 70; April 2: 40
    assert paid(terms, claim) == "220.00"


@pytest.mark.parametrize(("within", "before"), [("", 20), ("", 25), (", count_within: day", 25)])
def test_a_limit_that_is_used_up_before_the_claim_leaves_nothing(within: str, before: int) -> None:
    terms = (
        "facts: {claim.facts.before: {type: number, text: Visits before.}}\n"
        "terms: [{id: t, text: T., pays: {amount: 90, per: unit, "
        f"count_at_most: 20 - claim.facts.before{within}}}}}]"
    )

    assert paid(terms, f"facts: {{before: {before}}}\nlines: [{{charge: 9}}]") == "0.00"
