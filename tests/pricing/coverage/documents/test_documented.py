"""What the pages show is well, and the published schemas are the models'."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib import resources

import pytest
import yaml
from jsonschema import Draft202012Validator

from pricing.coverage.decision import BalanceKey
from pricing.coverage.documents.read import read_balances, read_policy, read_trip
from pricing.coverage.documents.schemas import MODELS, document_schema
from tests.pricing.coverage.deciding import decided, policy_text, trip_text
from tests.pricing.coverage.documents.examples import (
    BALANCES,
    POLICY,
    TRIP,
    blocks_of,
    changed,
    faults_of,
)

PARTS = [one for one in blocks_of("policy-documents.md") if not one.startswith("format:")]
IN_A_VERSION = {"travellers", "conditions", "benefits", "limits", "tax"}
ADDED = {"travellers", "tables"}
WHOLE = [
    one
    for page in ("policy-documents.md", "trip-documents.md")
    for one in blocks_of(page)
    if one.startswith("format:")
]
READERS: Mapping[str, Callable[[str, str], object]] = {
    "policy": read_policy,
    "trip": read_trip,
    "balances": read_balances,
}
EXAMPLES = {"policy": POLICY, "trip": TRIP, "balances": BALANCES}


def published(name: str) -> str:
    """Return the text of a published schema."""
    file = resources.files("seed_data") / "schemas" / f"{name}-1.json"
    return file.read_text(encoding="utf-8")


def test_the_whole_policy_of_the_page_is_well() -> None:
    policy = read_policy(POLICY, "page")

    assert policy.id == "example-plan"
    assert [benefit.id for benefit in policy.versions[0].benefits] == ["drive", "room"]


@pytest.mark.parametrize("text", WHOLE, ids=range(len(WHOLE)))
def test_every_whole_document_of_the_pages_is_well(text: str) -> None:
    kind = text.partition("sojourn-")[2].partition("/")[0]

    assert not faults_of(READERS[kind], text)


def test_every_example_of_the_page_about_trips_is_a_whole_document() -> None:
    assert all(one.startswith("format:") for one in blocks_of("trip-documents.md"))


def test_the_whole_trip_of_the_page_is_well() -> None:
    assert [expense.id for expense in read_trip(TRIP, "page").expenses] == [
        "drive", "parking", "hotel",
    ]  # fmt: skip


def test_the_balances_of_the_page_are_well() -> None:
    assert [used.balance for used in read_balances(BALANCES, "page").used] == [
        "lifetime", "year", "nights",
    ]  # fmt: skip


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.partition("\n")[0])
def test_every_part_of_a_policy_on_the_page_is_well_in_its_place(part: str) -> None:
    assert not faults_of(read_policy, with_part(part))


def with_part(part: str) -> str:
    """Return the page's policy with the sections of a part in place of its own."""
    text = POLICY
    for name in yaml.safe_load(part):
        section = section_of(part, name)
        indent = "  " if name in IN_A_VERSION else ""
        shifted = "".join(f"{indent}{line}\n" for line in section.splitlines())
        if name in ADDED:
            own = section_of(text, f"{indent}{name}")
            text = changed(text, own, own + shifted.partition("\n")[2])
        elif f"\n{indent}{name}:" in text:
            text = changed(text, section_of(text, f"{indent}{name}"), shifted)
        elif indent:
            text = changed(text, "  benefits:\n", f"{shifted}  benefits:\n")
        else:
            text = changed(text, "versions:\n", f"{shifted}versions:\n")
    return text


def section_of(text: str, name: str) -> str:
    """Return a key with all that stands below it."""
    lines = text.splitlines(keepends=True)
    start = next(place for place, line in enumerate(lines) if line.startswith(f"{name}:"))
    indent = len(name) - len(name.lstrip())
    ends = (
        place
        for place, line in enumerate(lines)
        if place > start
        and not line.startswith((" " * (indent + 1), f"{' ' * indent}- ", f"{' ' * indent}-\n"))
    )
    return "".join(lines[start : next(ends, len(lines))])


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_published_schema_is_the_models(name: str) -> None:
    assert json.loads(published(name)) == document_schema(name)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_the_example_fits_the_published_schema(name: str) -> None:
    schema = json.loads(published(name))
    Draft202012Validator.check_schema(schema)
    document = json.loads(json.dumps(yaml.safe_load(EXAMPLES[name]), default=str))

    assert not list(Draft202012Validator(schema).iter_errors(document))


def out_of_pocket() -> str:
    """Return the page's policy that pays everything but the shared out-of-pocket maximum."""
    part = next(part for part in PARTS if "balance: oop" in part)
    benefits = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
    return policy_text(benefits + part)


@pytest.mark.parametrize(
    ("amount", "used", "paid", "after"),
    [
        (3000, {}, 2000_00, {"oop": 1000_00, "oop-at-most": 500_00}),
        (10_000, {"oop": 1000_00, "oop-at-most": 500_00}, 9000_00,
         {"oop": 2000_00, "oop-at-most": 500_00}),
        (3000, {"oop-at-most": 900_00}, 2320_00, {"oop": 680_00, "oop-at-most": 1000_00}),
    ],
)  # fmt: skip
def test_the_pages_shared_maximum_is_reckoned_as_the_page_says(
    amount: int, used: dict[str, int], paid: int, after: dict[str, int]
) -> None:
    whose = {"oop": "mary", "oop-at-most": "smith"}
    balances = {
        BalanceKey(name, whose[name], "2026"): Fraction(cents) for name, cents in used.items()
    }
    trip = trip_text(
        f"- {{id: one, kind: treatment, date: 2026-03-02, amount: {amount}}}",
        more="household: smith",
    )

    made = decided(out_of_pocket(), trip, balances=balances)

    assert made.payable == paid
    assert {one.key.balance: one.after for one in made.balances} == after
    assert {one.key.balance: one.key.whose for one in made.balances} == whose


@pytest.mark.parametrize(("before", "paid"), [(4, 0), (5, 375_00)])
def test_the_pages_counters_are_read_by_later_limits(before: int, paid: int) -> None:
    part = next(part for part in PARTS if "id: sixth" in part)
    benefits = "benefits:\n- {id: all, text: All., covers: [everything], pays: actual}\n"
    trip = trip_text(
        "- {id: one, kind: treatment, date: 2026-03-02, amount: 600}",
        more="care: {occurrence: year-of-2026-01-07}",
    )
    balances = {
        BalanceKey("counter", "mary", "year-of-2026-01-07"): Fraction(2700_00),
        BalanceKey("visits", "mary", "2026-01-07", is_money=False): Fraction(before),
    }

    assert decided(policy_text(benefits + part), trip, balances=balances).payable == paid


def test_every_balances_document_of_the_page_is_well() -> None:
    blocks = [one for one in blocks_of("trip-documents.md") if "sojourn-balances" in one]

    assert [len(read_balances(one, "page").used) for one in blocks] == [3, 2]
