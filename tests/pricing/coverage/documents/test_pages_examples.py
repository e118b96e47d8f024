"""The examples of the page about policies: whoever follows it gets what it says, to the cent."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from api.commands.group import main
from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.doubt import list_warnings
from pricing.coverage.documents.read import read_policy
from tests.pricing.coverage.deciding import decided, paid, policy_text, trip_text
from tests.pricing.coverage.documents.examples import (
    DOCS,
    HERE,
    POLICY,
    blocks_of,
    changed,
    faults_of,
)
from tests.pricing.coverage.documents.test_documented import section_of, with_part

PAGE = (DOCS / "policy-documents.md").read_text("utf-8")
CONSOLES = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
TRIP = next(
    one for one in blocks_of("policy-documents.md") if one.startswith("format: sojourn-trip")
)
BENEFITS = next(one for one in blocks_of("policy-documents.md") if "id: minibar" in one)
HEAD = next(one for one in blocks_of("policy-documents.md") if "plan_year_starts" in one)
TABLES = next(one for one in blocks_of("policy-documents.md") if "grant_by_distance" in one)
LODGING = next(one for one in blocks_of("policy-documents.md") if "lodging_grant" in one)


def commands() -> list[tuple[str, str]]:
    """Return every command of the page with what it prints."""
    found = "".join(CONSOLES).split("$ sojourn ")[1:]
    return [(command, printed) for one in found for command, _, printed in [one.partition("\n")]]


def test_who_follows_the_first_page_gets_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policy.yaml").write_text(POLICY, "utf-8")
    Path("with-pay.yaml").write_text(changed(POLICY, "pays: actual", "pay: actual"), "utf-8")
    Path("trip.yaml").write_text(TRIP, "utf-8")

    printed = [
        CliRunner().invoke(main, command.split(), prog_name="sojourn").output
        for command, _ in commands()
    ]

    assert printed == [said for _, said in commands()]
    assert len(printed) == 3


ROWS = re.findall(
    r"^\| ([^|]+) \| `(\{.*?\})`[^|]* \| `(benefits|conditions|limits)` \|$", PAGE, re.MULTILINE
)


@pytest.mark.parametrize(("said", "rule", "section"), ROWS, ids=[row[0] for row in ROWS])
def test_every_sentence_of_a_handbook_is_a_rule_that_is_well(
    said: str, rule: str, section: str
) -> None:
    written = f"- {{id: new, text: {said!r}, {rule[1:]}"
    behind = {"conditions": "  benefits:\n", "benefits": "  limits:\n", "limits": ""}[section]
    text = changed(f"{POLICY}{HERE}", behind or HERE, f"  {written}\n{behind}")

    assert not faults_of(read_policy, text)
    assert not list_warnings(read_policy(text, "policy"), text)


def test_the_page_has_a_rule_for_each_common_sentence() -> None:
    assert len(ROWS) == 19


TICKET = "kind: air, date: 2026-03-01, travellers: [mary], amount: 900, cabin: business"
SAYS = "an expense of Mary and Tom's six days"
WRITTEN = {
    "a ticket of Mary's in business, 900, 7 hours, `fares: {economy: 420}`":
        f"{TICKET}, fares: {{economy: 420}}, scheduled_hours: 7",
    "the same of 9 hours": f"{TICKET}, fares: {{economy: 420}}, scheduled_hours: 9",
    "meals of 300 for both": "kind: meals, amount: 300",
    "meals of 900 for both": "kind: meals, amount: 900",
    "a drive of 300 km": "kind: car, date: 2026-03-01, distance_km: 300",
    "a night of 224, 24 of it tax, for both":
        "kind: lodging, check_in: 2026-03-01, check_out: 2026-03-02, amount: 224, tax: 24",
    "a minibar of 20": "kind: other, item: minibar, date: 2026-03-01, amount: 20",
    "a taxi of 80": "kind: taxi, date: 2026-03-01, amount: 80",
}  # fmt: skip


def test_the_benefits_of_the_page_pay_what_its_table_says() -> None:
    table = PAGE.partition(SAYS)[2].partition("\n\n")[0]
    said = dict(re.findall(r"^\| (.+?) \| ([\d.]+) \|$", table, re.MULTILINE))
    assert said.keys() == WRITTEN.keys()
    rules = section_of(BENEFITS, "benefits")
    head = section_of(BENEFITS, "exchange")

    got = {
        what: f"{paid(rules, f'- {{id: one, {expense}}}', head=head) / 100:.2f}"
        for what, expense in WRITTEN.items()
    }

    assert got == said


def test_the_head_of_the_page_rounds_as_it_says() -> None:
    assert "Under it a drive worth 61.50 gets 62.00." in PAGE
    trip = trip_text(
        "- {id: drive, kind: car, date: 2026-03-01, distance_mi: 300}",
        more="distances: {home_to_site: {road_mi: 150}}\nclaim: {filed: 2026-03-20}",
    )

    assert decided(with_part(HEAD), trip).payable == 62_00


def test_one_amount_for_several_expenses_is_used_up_first_come_first_served() -> None:
    said = "With `up_to: 300`, `per: trip` on two taxis of 200 the first gets 200.00, the second"
    assert f"{said} 100.00." in PAGE
    rules = "benefits:\n- {id: a, text: A., covers: [taxi], pays: actual, up_to: 300, per: trip}"
    taxis = "\n".join(f"- {{id: {one}, kind: taxi, date: 2026-03-02, amount: 200}}" for one in "ab")

    made = decided(policy_text(rules), trip_text(taxis))

    assert [line.payable for line in made.lines] == [200_00, 100_00]


def looked_up(part: str, table: str, value: str, asked: str) -> int:
    """Return the cents of an allowance that a table of the page says."""
    rows = yaml.safe_load(part)["tables"][table]
    assert rows
    rule = f"lookup('{table}', {asked})"
    rules = f'benefits:\n- {{id: a, text: A., covers: [car], pays: allowance, amount: "{rule}"}}'
    trip = f"- {{id: a, kind: car, date: 2026-03-02, distance_km: {value}}}"
    return paid(rules, trip, head=part)


@pytest.mark.parametrize(
    ("kilometres", "cents"),
    [("100", 0), ("100.1", 50_00), ("250", 50_00), ("250.1", 120_00)],
)
def test_the_bands_of_the_page_begin_and_end_where_it_says(kilometres: str, cents: int) -> None:
    assert "# up to 100 km nothing, above 100 km to 250 km 50, above that 120" in TABLES

    assert looked_up(TABLES, "grant_by_distance", kilometres, "line.distance_km") == cents


@pytest.mark.parametrize(
    ("hours", "cents"), [("5.99", 0), ("6", 15_00), ("11.99", 15_00), ("12", 30_00)]
)
def test_the_hours_of_the_page_begin_and_end_where_it_says(hours: str, cents: int) -> None:
    assert "# under 6 h nothing, from 6 h to under 12 h 15, from 12 h 30" in TABLES

    assert looked_up(TABLES, "hours_away", hours, "line.distance_km") == cents


@pytest.mark.parametrize(("nights", "cents"), [(2, 200_00), (3, 250_00), (7, 500_00), (8, 550_00)])
def test_the_grant_of_the_page_steps_by_nights(nights: int, cents: int) -> None:
    rules = (
        "benefits:\n- {id: a, text: A., covers: [lodging], pays: allowance, per: trip, "
        "amount: \"lookup('lodging_grant', covered.nights)\"}"
    )
    stay = f"- {{id: a, kind: lodging, check_in: 2026-03-01, check_out: 2026-03-{1 + nights:02}}}"

    assert paid(rules, stay, head=LODGING) == cents


def test_each_part_of_a_way_has_its_own_rate() -> None:
    formula = "0.50 * min(100, covered.distance_km) + 0.30 * max(0, covered.distance_km - 100)"
    assert f"`amount: {formula}`, `per: trip`" in PAGE
    rules = (
        "benefits:\n- {id: a, text: A., covers: [car], pays: allowance, per: trip, "
        f'amount: "{formula}"}}'
    )
    drive = "- {id: a, kind: car, date: 2026-03-02, distance_km: 150}"

    assert paid(rules, drive) == 65_00


def test_lodging_tax_is_paid_on_top_of_a_rate() -> None:
    on_all = "107 + covered.tax"
    on_what_is_paid = "107 * covered.claimed / (covered.claimed - covered.tax)"
    assert f"`up_to: {on_all}`, `per: night`" in PAGE
    assert f"`up_to: {on_what_is_paid}`" in PAGE
    assert "Of a night of 220, 20 of it tax, the first pays 127.00, the second 117.70." in PAGE
    nights = "kind: lodging, check_in: 2026-03-01, check_out: 2026-03-03"

    def of_two(up_to: str, each: int, tax: int) -> int:
        rule = f"covers: [lodging], pays: actual, per: night, up_to: {up_to}"
        stay = f"- {{id: a, {nights}, amount_each: {each}, tax: {tax}}}"
        return paid(f"benefits:\n- {{id: a, text: A., {rule}}}", stay)

    assert of_two(on_all, 220, 20) == 2 * 127_00
    assert of_two(on_what_is_paid, 220, 20) == 2 * 117_70
    assert of_two(on_what_is_paid, 110, 10) == 2 * 110_00


def test_the_trip_with_the_rarer_keys_claims_what_its_page_says() -> None:
    page = (DOCS / "trip-documents.md").read_text("utf-8")
    said = (
        "840.00 for the flight, 600.00 for the hotel, 220.00 for the food and 44.00 for the taxi; "
        "of the last 11.00 were paid by others."
    )
    assert said in page
    trip = next(one for one in blocks_of("trip-documents.md") if "id: T-2" in one)
    approval = "- {id: approval, text: Approved., requires: line.approved, overridable: yes}"
    rules = (
        f"conditions:\n{approval}\nbenefits:\n- {{id: all, text: All., covers: [everything], "
        "pays: actual}\nlimits:\n- {id: others, text: Others., other_payments: subtract}"
    )
    facts = "facts:\n  patient.facts.medicare: {type: yes_no, text: On Medicare.}"
    policy = policy_text(rules, head=f"exchange: {{date: service}}\n{facts}")
    approved = trip.replace("rates:", "approvals: [{date: 2026-01-02, covers: [taxi]}]\nrates:")

    made = decided(policy, approved)

    assert {line.id: line.claimed for line in made.lines} == {
        "flight": 840_00, "hotel": 600_00, "food": 220_00, "taxi": 44_00,
    }  # fmt: skip
    assert [line.payable for line in made.lines] == [0, 600_00, 0, 33_00]


ALL = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
STEPS = (
    "- {id: air, kind: air, date: 2026-03-02, amount: 2000}\n"
    "- {id: taxi, kind: taxi, date: 2026-03-03, amount: 3900}"
)


def limits_with(mark: str) -> str:
    """Return the part of the page with limits in which something stands."""
    found = [one for one in blocks_of("policy-documents.md") if one.startswith("limits:")]
    return next(one for one in found if mark in one)


def test_steps_as_a_deductible_fall_on_the_first_expense_and_as_shares_on_each() -> None:
    assert "these steps take 2,000.00 off the flight and 225.00 off the taxi" in PAGE
    assert "The flight gets 1,000.00, the taxi 2,675.00." in PAGE

    steps = limits_with("id: steps").partition("- {id: visits")[0]
    by_deductible = decided(policy_text(ALL + steps), trip_text(STEPS))
    by_shares = decided(policy_text(ALL + limits_with("id: first")), trip_text(STEPS))

    assert [line.claimed - line.payable for line in by_deductible.lines] == [2000_00, 225_00]
    assert [line.payable for line in by_shares.lines] == [1000_00, 2675_00]


def test_a_copayment_of_each_ride_has_a_ceiling_of_the_day_and_of_the_year() -> None:
    legs = "legs: [{date: 2026-03-02}, {date: 2026-03-02}, {date: 2026-03-02}, {date: 2026-03-03}]"
    rides = f"- {{id: taxi, kind: taxi, amount_each: 30, {legs}}}"
    part = limits_with("4 * covered.legs")
    before = {BalanceKey("rides", "mary", "2026"): Fraction(41_00)}

    assert decided(policy_text(ALL + part), trip_text(rides)).payable == 120_00 - 8_00 - 4_00
    made = decided(policy_text(ALL + part), trip_text(rides), balances=before)
    assert made.payable == 120_00 - 8_00 - 1_00


def test_a_per_diem_may_be_in_the_currency_of_the_place() -> None:
    said = "`amount: {USD: 65, EUR: 60}`, `per: person_day` meals in Vienna that state"
    assert said in PAGE
    assert "get 60 EUR a day at the day's rate, 66.00 at 1.1" in PAGE
    rule = "covers: [meals], pays: allowance, amount: {USD: 65, EUR: 60}, per: person_day"

    assert (
        paid(
            f"benefits:\n- {{id: a, text: A., {rule}}}",
            "- {id: a, kind: meals, currency: EUR, to: 2026-03-01, travellers: [mary]}",
            head="exchange: {date: service}",
            more="rates: [{from: EUR, to: USD, value: 1.1, date: 2026-03-01, source: a test}]",
        )
        == 66_00
    )


def test_meals_are_provided_where_a_trip_says_so_alone() -> None:
    assert "get 28.00 + 16.80 + 28.00 = 72.80" in PAGE
    days = "days: [{date: 2026-03-02, facts: {lunch: yes}}]"
    assert f"Three days with `{days}`" in PAGE
    part = next(one for one in blocks_of("policy-documents.md") if "unless_stated: no" in one)
    meals = f"- {{id: food, kind: meals, travellers: [mary], to: 2026-03-03, {days}}}"

    assert paid(section_of(part, "benefits"), meals, head=section_of(part, "facts")) == 72_80
