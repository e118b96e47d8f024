"""Every fault of a document is told on its line, with what to write instead."""

from __future__ import annotations

import pytest

from pricing.contracts.documents.read import read_claim, read_terms
from pricing.contracts.prepared import prepare
from pricing.documents.faults import InvalidDocument
from tests.pricing.contracts.pricing_of import CLAIM_HEAD, TERMS_HEAD, with_head
from tests.pricing.coverage.documents.examples import faults_of, line_of

TERM = "terms: [{id: t, text: T., pays: {amount: 1}}]\n"


def pays(rate: str, group: str = "claim") -> str:
    """Return terms with one rate, marked as the line at fault."""
    return f"terms:\n- id: t\n  text: T.\n  for: {group}\n  pays:\n    {rate} # here\n"


def step(text: str) -> str:
    """Return terms with one step of the document, marked as the line at fault."""
    return f"{TERM}steps:\n- id: s\n  text: S.\n  {text} # here\n"


def lines(text: str) -> str:
    """Return terms whose one term is for these lines, marked as the line at fault."""
    return f"terms:\n- id: t\n  text: T.\n  lines:\n    {text} # here\n  pays: {{amount: 1}}\n"


TERMS = {
    "terms: [] # here": "must have at least one entry",
    pays("amount: line.charge"): "one line's facts stand only where one line is priced",
    pays("percent: 80"): "is no key here; did you mean share?",
    pays("per_diem: 1400", group="line"): "prices a stay, and this term prices each line by itself",
    pays("per_diem: 900", group="day"): "each time with all its days; write for: claim, or say "
        "which days, such as count: 1",
    pays("{amount: 5, per: day}", group="code"): "such as count: group.service_days",
    pays("per_diem: 900", group="phase"): "the lines of each phase",
    "terms:\n- {id: t, text: T., for: claim, pays: {case_rate: 8000}}\n"
    "steps:\n- id: s\n  text: S.\n  for: line # here\n  at_most: line.charge\n":
        "t shows what several lines come to on one of them; give that term allot: charges",
    pays("{amount: 5, per: day}", group="line"): "prices a stay, and this term prices each line",
    pays("schedule: fees"): "there is no schedule fees; there is none",
    pays("amount: 1\n    then: [{ranked: [100 %]}]"): "is about single lines; write for: line",
    pays("lesser_of: [{share: 80, of: charges}]"): "is 80 times the whole; did you mean 80 %?",
    pays("amount: if(claim.drg = 70, 1, 2)"): "a text cannot be compared with a number",
    pays("amount: if(claim.drg = '70', 1, 2)"): "write '070' instead of '70': so codes are held",
    pays("amount: if(claim.revenue_codes has '450', 1, 2)"): "write '0450' instead of '450'",
    pays("amount: if(group.codes has '99281-99285', 1, 2)"): "'99281-99285' stands for several",
    pays("amount: if(claim.diagnoses has 'I20-I25', 1, 2)"): "or in a test, read as test.NAME",
    pays("amount: if(claim.procedures has '0SR*', 1, 2)"): "'0SR*' stands for several codes",
    pays("amount: if(claim.drg in ['001-017'], 1, 2)"): "'001-017' stands for several codes",
    pays("amount: if(claim.revenue_codes has '027X', 1, 2)"): "'027X' stands for several codes",
    pays("{amount: 1, per: unit, count_within: day, count_at_most: 1 + line.charge}", group="line"):
        "is one limit for all lines that this rate prices, and line.charge is each",
    "phases: [{id: stay}]\n" + lines("but_not: {phases: [stays]}"): "no such phase; did you mean",
    "measures: {cut: {of: first_date}}\n" + pays("amount: measure.cut"): "has to be a number",
    "measures: {cut: {of: service_days}}\n" + pays("{share: 50 %, of: measure.cut}"): "no money",
    lines("same_day_as: {}"): "says nothing of the other line; write its codes",
    "phases: [{id: stay}]\n" + lines("same_day_as: {phases: [stays]}"): "no such phase; did you",
    pays("amount: if(claim.drg = '140-2', 1, 2)"): "write '1402' instead of '140-2'",
    pays("amount: this.amount * 2"): "this.amount stands only in steps",
    pays("amount: 1 + (raise.on - 2026-01-01)"): "raise.on stands only in an escalator's `by`",
    pays("amount: claim.day"): "there is no fact claim.day; did you mean claim.days?",
    pays("amount: claim.facts.x"): "there is no fact claim.facts.x; declare it below facts",
    pays("amount: measure.x"): "there is no fact measure.x",
    pays("amount: lookup('x', claim.drg)"): "there is no table 'x'",
    pays("{amount: 1, case_rate: 2}"): "a rate is of one kind, and amount stands here already",
    pays("{amount: 1, of: charges}"): "does not go with amount; see the table of rates",
    pays("{share: 80 %, of: billed}"): "must be charges, medicare, invoice, or an amount",
    "terms:\n- id: t\n  text: T.\n  pays: {amount: 1}\n  then: [] # here":
        "follows a rate; write it below pays",
    pays("{amount: 90, count_at_most: 24}", group="line"): "counts nothing here: this is paid once",
    pays("{amount: 90, per: once, count_at_least: 2}"): "is paid once; write per: unit",
    pays("{amount: 9, per: unit, count_at_most: 2, count_within: calendar_month}"):
        "goes on from line to line; write for: line, or group the lines: for: calendar_month",
    pays("{amount: 9, per: unit, count_within: calendar_month}", group="line"):
        "limits nothing: write count_at_most, or rows below per_unit",
    pays("{amount: 9, per: unit, count_at_most: 2, count_within: month}", group="line"):
        "must be one of claim, day, calendar_week, calendar_month",
    pays("{amount: 9, per: unit, count_at_most: 2, count_within: contract_year}", group="line"):
        "a contract year begins on the day of valid_from; write that into the head",
    pays("{per_diem: 9, count: 1, count_at_most: 2, count_within: calendar_month}", group="line"):
        "does not go with per_diem",
    pays("{per_unit: [{amount: 1}], count_from: 3, count_within: claim}", group="line"):
        "does not go with count_within, which counts on by itself",
    f"{TERM}steps: [{{id: s, text: S., for: contract_year, at_most: 1}}] # here":
        "a contract year begins on the day of valid_from",
    "terms:\n- {id: t, text: T., for: calendar_quarter, pays: {amount: 8, per: unit}}\n"
    "steps:\n- id: s\n  text: S.\n  for: day # here\n  at_most: 5\n":
        "looks at each day, and t shows what several lines come to on one of them",
    "terms:\n- {id: t, text: T., for: calendar_week, pays: {amount: 8, per: unit}}\n"
    "steps:\n- id: s\n  text: S.\n  for: calendar_month # here\n  at_most: 5\n":
        "looks at each calendar month, and t shows what several lines come to on one of them",
    "terms:\n- id: t\n  text: T.\n  dated_by: service\n  pays:\n"
    "    amount: if(claim.rate_date < 2027-01-01, 1, 2) # here\n":
        "reads claim.rate_date, the claim's first day; under dated_by: service each line",
    "dated_by: service\nterms:\n- {id: a, text: A., dated_by: admission, valid_from: 2026-01-01,"
    " for: claim, pays: {per_diem: 1}}\n- {id: b, text: B., dated_by: serviced, "
    "pays: {amount: 1}} # here": "must be one of admission, discharge, service",
    lines("revenue_codes: 26"): "two characters are a modifier and stand below modifiers",
    "terms: [{id: t, text: T., claim: {drgs: 47O}, pays: {amount: 1}}] # here":
        "is no DRG: one that begins with a digit has digits only",
    f"{TERM}modifiers: {{m: {{'500': 150 %}}}} # here": "is no modifier",
    pays("per_unit: [{from: 2, amount: 5}]"): "says nothing of 1: begin the rows with it",
    pays("{amount: 5, per: unit, count_at_least: 5, count_at_most: 3}", group="line"):
        "is less than count_at_least, 5",
    f"{TERM}steps: [{{id: s, text: S., applies_to: t, not_to: t, at_most: 3}}] # here":
        "t stands in applies_to too; keep one",
    pays("share: 80 %"): "say what it is a share of: of: charges, medicare, invoice",
    pays("{case_rate: 1, days_included: 2}"): "days_included and then_per_day belong together",
    pays("per_diem: [{from: 1, to: 3, amount: 1}, {from: 5, amount: 1}]"): "leaves a gap",
    pays("per_diem: [{from: 1, to: 3, amount: 1}, {from: 3, amount: 1}]"): "begins before the row",
    pays("{brackets: [{share: 1 %}, {share: 2 %}], of: charges}"): "only the last bracket has no",
    pays("{brackets: [{up_to: 100, share: 1 %}], of: charges}"): "end with a bracket without up_to",
    pays("{brackets: [{up_to: 500, share: 1 %}, {up_to: 100, share: 2 %}, {share: 3 %}], "
         "of: charges}"): "must be more than the bracket above, 500",
    "terms:\n- id: t\n  text: T.\n"
    "  stop_loss: {form: first_dollar, exceeds: 1, share: 50 %} # here\n":
        "is a step: write it below steps, or below pays, under then",
    step("plus: 1\n  applies_to: [x]"): "there is no term x; there is t",
    step("for: day\n  ranked: [100 %]"): "within says which, not for or of",
    step("ranked: {shares: [100 %], each: unit}"): "units are ranked below the rate, under then",
    "terms: [{id: t, text: T., for: claim, allot: charges, pays: {amount: 1}}]\n"
    "steps:\n- id: s\n  text: S.\n  ranked: [100 %] # here\n": "t spreads it: leave its allot out",
    "terms: [{id: t, text: T., for: code, pays: {amount: 1}}]\nsteps:\n- id: s\n  text: S.\n"
    "  ranked: {shares: [100 %], within: day} # here\n": "ranks within each day, and t prices more",
    "terms: [{id: t, text: T., for: code, pays: {amount: 1}}]\nsteps:\n- id: s\n  text: S.\n"
    "  for: day # here\n  at_most: 1\n": "looks at each day, and t shows what several lines",
    step("plus: 1\n  lines: {codes: A}\n  of: payer"): "the payer pays one amount",
    step("plus: 1\n  less: 2"): "a step does one thing, and plus stands here already",
    step("stop_loss: {form: first_dollar, share: 50 %}"): "give either exceeds",
    pays("amount: -400"): "must not be negative",
    pays("{share: 20 % - 30 %, of: charges}"): "must not be negative",
    pays("{per_diem: 80 %, count: 2}"): "is a share where an amount belongs: say of what",
    pays("{brackets: [{up_to: 50 %, share: 1 %}, {share: 2 %}], of: charges}"):
        "say of what, such as 50 % * group.charges",
    pays("amount: 1 / 0"): "divide",
    pays("{amount: 1, then: [{at_most: 90 %}]}"): "say of what, such as 90 % * group.charges",
    pays("{amount: 1, then: [{reduce_by: 5}]}"): "is 5 times the whole; did you mean 5 %?",
    step("reduce_by: 120 %"): "is 120 % of the whole",
    step("prompt_pay: {discount: 5, within_days: 10}"): "did you mean 5 %?",
    f"{TERM}escalators: {{e: {{first: 2026-01-01, every_months: 12, by: 3}}}} # here":
        "is 3 times the whole; did you mean 3 %?",
    step("stop_loss: {form: first_dollar, exceeds: 1, share: 50 %, share_of: stay.days}"):
        "stay.days is no money; a share is of charges",
    step("stop_loss: {form: first_dollar, exceeds: 1, share: 50 %, share_of: measure.m}")
    + "measures: {m: {of: units}}\n": "measure.m is no money",
    step("stop_loss: {form: second_dollar, of: stay.days - 1, exceeds: 20, share: 60 %}"):
        "stay.days - 1 is no money, and second_dollar pays a share of what exceeds the bound",
    pays("{share: 60 %, of: 'max(stay.days, claim.units)'}"):
        "max(stay.days, claim.units) is no money",
    pays("nothing: Included in the per diem"):
        "for lines paid with another rate, whose charges do count, write `included`",
    "escalators: {e: {raises: [{on: 2026-01-01, by: 2 %}], round_to: 1}}\n"
    + pays("{amount: 5, per: unit, then: [{times: 2}, {escalate: e}]}"):
        "rounds what is counted already; write it first",
    "escalators: {e: {raises: [{on: 2026-01-01, by: 2 %}], round_to: 1}}\n"
    + pays("{lesser_of: [{per_diem: 5}, {amount: 9}], then: [{escalate: e}]}"):
        "rounds what is counted already; write it first, below each rate",
    "dated_by: service\n" + pays("amount: lookup('t', claim.rate_date)", group="line")
    + "tables: {t: [{from: 2026-01-01, value: 1}]}\n":
        "reads claim.rate_date, the claim's first day; under dated_by: service each line has a day "
        "of its own: write line.rate_date",
    "dated_by: service\n" + pays("each_line: {amount: amount.a}")
    + "tables: {t: [{from: 2026-01-01, value: 1}]}\n"
    "amounts: {a: amount.b, b: \"lookup('t', claim.rate_date)\"}\n":
        "amount.a reads claim.rate_date",
    "dated_by: service\n" + pays("amount: year(claim.rate_date)", group="day"):
        "under dated_by: service these lines have a day of their own: write group.rate_date",
    "dated_by: service\nterms:\n- id: t\n  text: T.\n  for: claim\n  valid_to: 2026-12-31\n"
    "  pays: {lesser_of: [{share: 80 %, of: charges}, {per_diem: 5}]} # here\n":
        "pays days on both sides of the term's valid_from or valid_to",
    "dated_by: service\n" + pays("per_diem: lookup('t', claim.rate_date)")
    + "tables: {t: [{from: 2026-01-01, value: 1}]}\n":
        "each day has a date of its own: write day.date",
    pays("amount: lookup('t', day.date)") + "tables: {t: [{from: 2026-01-01, value: 1}]}\n":
        "a day's facts stand only in per_diem",
    step("plus: allowed.x"): "there is no fact allowed.x",
    f"{TERM}currency: XXX # here": "is not an amount of money: currency must be one of",
    f"{TERM}modifiers: {{m: {{'50': 150}}}} # here": "did you mean 150 %?",
    f"{TERM}facts: {{trip.x: {{type: text, text: X.}}}} # here": "begins with claim.facts. or",
    f"{TERM}amounts: {{x: 1}}\ntables: {{t: [{{key: A, value: amount.x}}]}} # here":
        "tables, phases and measures cannot read amounts",
    f"{TERM}amounts: {{x: 1}}\nmeasures: {{m: {{lines: {{when: amount.x > 1}}}}}} # here":
        "tables, phases and measures cannot read amounts",
    f"{TERM}amounts: {{a: amount.b, b: amount.a}} # here": "leads back to itself: a → b → a",
    "terms:\n- {id: a, text: T., pays: {amount: 1}}\n- {id: a, text: T., pays: {amount: 1}} # here":
        "is the id on line 6 too",
    "terms: [{id: total, text: T., pays: {amount: 1}}] # here":
        "total is reserved: allowed.total is the sum of all terms; take another id",
    f"{TERM}steps: [{{id: total, text: S., plus: 1}}] # here": "total is reserved",
    f"{TERM}schedules: {{s: [{{code: A, amount: 1}}, {{code: A, amount: 2}}]}} # here":
        "could answer where the row on line",
    f"{TERM}schedules:\n  s:\n  - {{code: A, amount: 1}}\n"
    "  - {code: A, from: 2026-01-01, amount: 2} # here":
        "end one with `to` the day before the other's `from`",
    f"{TERM}schedules:\n  s:\n  - {{revenue_code: 360, amount: 1}}\n"
    "  - {revenue_code: 0360, amount: 2} # here": "could answer where the row on line",
    f"{TERM}valid_from: 2026-02-01\nvalid_to: 2026-01-31 # here": "must not be before valid_from",
    "phases: [{id: before}]\n"
    "terms: [{id: t, text: T., lines: {phases: after}, pays: {amount: 1}}] # here":
        "no such phase; there is before",
    "terms: [{id: t, text: T., lines: {revenue_codes: 0129-0120}, pays: {amount: 1}}] # here":
        "the range ends before it begins",
    lines("revenue_codes: [XX]"): "is no revenue code: four digits such as 0120",
    lines("revenue_codes: 0120-01AA"): "is no revenue code",
    lines("revenue_codes: '0999999'"): "is no revenue code",
    lines("codes: '27447,27446'"): "is several codes in one text; write a list",
    lines("modifiers: ABC"): "is no modifier: these have two characters",
    "terms: [{id: t, text: T., claim: {diagnoses: I21.4-}, pays: {amount: 1}}] # here":
        "all codes that begin so are I214*",
    "terms: [{id: t, text: T., claim: {drgs: DRG 470}, pays: {amount: 1}}] # here":
        "write the number alone, such as 470",
    pays("amount: if(claim.discharge_status = '2', 1, 2)"): "write '02' instead of '2'",
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), TERMS.items())
def test_a_fault_of_terms_is_told_on_its_line(text: str, words: str) -> None:
    document = with_head(text, TERMS_HEAD)

    faults = faults_of(read_terms, document)

    assert [fault.line for fault in faults] == [line_of(document)], faults
    assert words in faults[0].message


CLAIMS = {
    "lines: [] # here": "must have at least one entry",
    "lines: [{charge: 10.005}] # here": "has more than the 2 decimals of USD",
    "lines: [{charge: 1}]\npatient_share: 30.005 # here": "has more than the 2 decimals of USD",
    "lines: [{charge: 1}]\nmedicare: 30.005 # here": "has more than the 2 decimals of USD",
    "lines: [{charge: -1}] # here": "must not be negative",
    "lines: [{charge: '1,000'}] # here": "without signs between thousands: 1000",
    "lines: [{charge: 1}]\nadmitted: 2026-01-02\ndischarged: 2026-01-01 # here":
        "must not be before admitted",
    "lines: [{charge: 1}]\ndischarged: 2026-01-01 # here": "is stated without admitted",
    "lines:\n- {id: '2'}\n- {charge: 1} # here": "has the id of the line on 5 too: 2",
    "lines: [{charge: 1}]\nsettings: inpatient # here": "did you mean setting?",
    "lines: [{charge: '$'}] # here": "must be a number",
    "lines: [{charge: $1,200}] # here": "an amount has no comma: write 1200",
    "lines: [{charge: 1,200}] # here": "an amount has no comma: write 1200",
    "lines: [{revenue_code: 012X}] # here": "is no revenue code: four digits, such as 0120",
    "lines: [{charge: 1}]\ndrg: 47O # here": "is no DRG",
    "lines: [{charge: 1, revenue_code: 26}] # here": "write its four digits, 0026; two characters",
    "lines: [{charge: 1, modifiers: '26,50'}] # here": "is no modifier: these have two characters",
    "lines: [{charge: 1}]\nreceived: 2026-02-01\npaid: 2026-01-31 # here":
        "must not be before received, 2026-02-01",
    "lines: [{charge: 1}]\ncost_to_charge: 30 # here": "such as 0.30; did you mean 0.3?",
    "lines: [{charge: 1}]\ndrg: MS470 # here": "write the number alone, such as 470",
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), CLAIMS.items())
def test_a_fault_of_a_claim_is_told_on_its_line(text: str, words: str) -> None:
    document = with_head(text, CLAIM_HEAD)

    faults = faults_of(read_claim, document)

    assert [fault.line for fault in faults] == [line_of(document)], faults
    assert words in faults[0].message


FILE = with_head(f"{TERM}schedules: {{fees: {{file: fees.csv}}}}", TERMS_HEAD)


@pytest.mark.parametrize(
    ("csv", "line", "words"),
    [
        ("code,fee\nA1,1\n", 1, "which column is the amount?"),
        ("code,amount\nA1,1\nA2,65 %\n", 3, "'65 %' must be a number like 95.50"),
        ("code,amount\n", 1, "the file has no rows"),
        ("code,from,to,amount\nA1,,,1\nB2,2026-02-01,2026-01-31,1\n", 3, "must not be before from"),
        ("code,modifier,amount\nA1,26,1\nA1,,2\na1,26,3\n", 4, "where the row on line 2 does"),
        ("code,from,amount\nA1,,1\nA1,2026-01-01,2\n", 3, "end one with `to` the day before"),
        ('revenue_code,note,amount\n360,"a\nb",1\n0360,,2\n', 4, "the row on line 3 does"),
    ],
)
def test_a_fault_of_a_fee_file_names_the_file_and_its_line(csv: str, line: int, words: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        prepare(read_terms(FILE, "terms"), lambda _: csv)

    assert caught.value.name == "fees.csv"
    assert [fault.line for fault in caught.value.faults] == [line]
    assert words in caught.value.faults[0].message
