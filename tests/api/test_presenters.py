"""What the pages say: proofs, differences, changes, reasons, each in plain words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.presenters.itineraries import changes_between
from api.presenters.phases import phase_status, phase_steps
from api.presenters.plans import present_plan, proof_sentence
from api.presenters.reference import present_reference
from api.presenters.why_not import (
    list_options,
    present_choice_of_options,
    reason_sentence,
    rule_sentence,
)
from pricing.money import Money
from scheduling.itinerary import Itinerary, LocalInstant
from scheduling.planning import Phase, Plan, Proposal
from tests.itineraries import intercontinental
from tests.storage.builders import case

PARTS: dict[str, Any] = {
    "price_cents": 507_000,
    "payable_cents": 446_300,
    "payer_cents": 446_300,
    "patient_cents": 60_700,
    "burden_minutes": 2_000,
    "waiting_days": 9,
    "mismatch_points": 0,
    "expected_loss_cents": 0,
}


def proposal(name: str = "best", **changes: Any) -> Proposal:  # noqa: ANN401 — fields of Proposal
    """Return a proven proposal of the Zürich visit."""
    visit = intercontinental()
    base = Proposal(
        name=name,
        status="OPTIMAL",
        cost=1000,
        bound=1000,
        measure=1000,
        measure_bound=1000,
        same_as_best=name == "best",
        choices={"lodging": name},
        parts=PARTS,
        coverage=visit.coverage,
        items=visit.items,
    )
    return replace(base, **changes)


def plan(*proposals: Proposal, **changes: Any) -> Plan:  # noqa: ANN401 — fields of Plan
    """Return a finished plan with these proposals."""
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)
    base = Plan(
        id="PL-1",
        case_reference="SJ-1001",
        phase=Phase.PLANNED,
        progress="Planned",
        created_at=now,
        finished_at=now + timedelta(seconds=1.25),
        status="OPTIMAL",
        proposals=proposals,
        obstacles=(),
        notes=(),
        policy_version="premium-2026.1",
        problem=b"{}",
        failure=None,
        statistics={},
    )
    return replace(base, **changes)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (proposal(), "Proven: no visit within the rules costs less, all weights counted."),
        (proposal("soonest"), "Proven: no visit has an earlier first appointment."),
        (
            proposal(status="FEASIBLE", measure=100_000, measure_bound=95_050),
            "Best overall found in the time allowed; at most USD 49.50 better is still possible.",
        ),
        (
            proposal("gentlest", status="FEASIBLE", measure=700, measure_bound=600),
            (
                "Gentlest journey found in the time allowed; at most 1 h 40 min better is still"
                " possible."
            ),
        ),
    ],
)
def test_a_proof_is_claimed_only_where_there_is_one(made: Proposal, words: str) -> None:
    assert proof_sentence(made) == words


def test_a_plan_without_proof_is_never_called_proven() -> None:
    assert phase_status(Phase.PLANNED, "OPTIMAL") == {"kind": "good", "words": "Proven best"}
    assert "not proven" in phase_status(Phase.PLANNED, "FEASIBLE")["words"]


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_words_and_steps(phase: Phase) -> None:
    assert phase_status(phase, None)["words"]
    states = [step["state"] for step in phase_steps(phase)]
    assert states == sorted(states, key=["done", "now", "later"].index)
    assert states.count("now") <= 1


def test_the_same_visit_stands_in_one_column_with_all_its_names() -> None:
    best = proposal()
    cheapest = proposal("cheapest_patient", choices=best.choices)
    soonest = proposal("soonest", cost=1500, parts={**PARTS, "waiting_days": 4})
    gentlest = proposal("gentlest", choices=soonest.choices, parts=soonest.parts, cost=1500)

    columns = present_plan(plan(best, cheapest, soonest, gentlest), case())["proposals"]

    assert [column["titles"] for column in columns] == [
        ["Best overall", "Cheapest for the patient"],
        ["Soonest", "Gentlest journey"],
    ]
    assert [column["is_best"] for column in columns] == [True, False]
    assert columns[1]["amounts"]["waiting"] == {"text": "4 days", "versus": "5 days less"}
    assert columns[1]["amounts"]["cost"] == {"text": "USD 15.00", "versus": "USD 5.00 more"}
    assert columns[1]["amounts"]["patient"]["versus"] == "the same"
    assert columns[0]["amounts"]["cost"]["versus"] == ""


def test_a_plan_tells_how_long_it_took_and_who_pays() -> None:
    shown = present_plan(plan(proposal()), case())

    assert shown["seconds"] == "1.2 s"
    assert [figure["text"] for figure in shown["figures"]] == [
        "USD 5,070.00",
        "USD 4,463.00",
        "USD 607.00",
        "9 days",
    ]


def _later(itinerary: Itinerary, key: str, *, by: timedelta) -> Itinerary:
    def move(instant: LocalInstant) -> LocalInstant:
        return LocalInstant(instant.at + by, instant.zone)

    items = tuple(
        replace(item, starts=move(item.starts), ends=move(item.ends)) if item.key == key else item
        for item in itinerary.items
    )
    return replace(itinerary, items=items, revision=itinerary.revision + 1)


def test_nothing_changed_says_nothing() -> None:
    assert changes_between(intercontinental(), intercontinental()) == []


def test_a_moved_appointment_says_when_it_was() -> None:
    before = intercontinental()

    changes = changes_between(before, _later(before, "appointment-1", by=timedelta(hours=2)))

    assert changes == [
        (
            "Second opinion with Dr Sample: now Wed 9 Dec 2026, 16:00–17:00 CET,"
            " was Wed 9 Dec 2026, 14:00–15:00 CET."
        )
    ]


def test_items_that_came_and_went_are_named() -> None:
    whole = intercontinental()
    fewer = replace(whole, items=tuple(one for one in whole.items if one.key != "lodging"))

    assert changes_between(whole, fewer) == ["Gone: Hotel Limmatblick (sample)."]
    (came,) = changes_between(fewer, whole)
    assert came.startswith("New: Hotel Limmatblick (sample), Mon 7 Dec 2026")


def test_a_dearer_revision_says_what_the_patient_pays_more() -> None:
    before = intercontinental()
    first, *rest = before.coverage.lines
    dearer = replace(first, amount=first.amount + Money(1_000, "USD"))
    after = replace(before, coverage=replace(before.coverage, lines=(dearer, *rest)))

    assert changes_between(before, after) == ["The patient pays +USD 10.00."]


def test_many_changes_are_counted() -> None:
    before = intercontinental()
    items = tuple(replace(one, key=f"{one.key}-again") for one in before.items)

    changes = changes_between(before, replace(before, items=items))

    assert len(changes) == 13
    assert changes[-1] == "And 4 smaller changes."


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"rule": "seats", "sentence": "x"}, "It has too few seats left."),
        (
            {"rule": "travel_time", "sentence": "x", "limit": 600, "nearest": 725},
            "The journey takes longer than allowed: 12 h 5 min, the limit is 10 h.",
        ),
        (
            {"rule": "connections", "sentence": "x", "limit": 0, "nearest": 1},
            "It has more changes of flight than allowed: 1, allowed 0.",
        ),
        ({"rule": "unheard_of", "sentence": "As the island says."}, "As the island says."),
    ],
)
def test_a_rule_in_the_way_is_told_in_words(rule: dict[str, Any], words: str) -> None:
    assert rule_sentence(rule) == words


def test_a_dearer_option_says_what_differs() -> None:
    parts = {**PARTS, "patient_cents": 70_000, "burden_minutes": 1_880, "waiting_days": 10}
    reason = {"verdict": "dearer", "extra_cents": 12_345, "parts": parts, "sentence": "x"}

    assert reason_sentence(reason, proposal()) == (
        "The best visit with it weighs USD 123.45 more: the patient pays +USD 93.00,"
        " travel burden −2 h, waiting +1 day."
    )


@pytest.mark.parametrize("verdict", ["chosen", "tie", "unknown", "impossible"])
def test_every_verdict_has_a_sentence(verdict: str) -> None:
    reason = {"verdict": verdict, "rules": [], "sentence": "As the island says."}

    assert reason_sentence(reason, None).endswith(".")


def test_options_are_counted_searched_and_paged() -> None:
    row = {"price_cents": 100}
    outbound = [{"id": f"F{n}", "label": f"ZRH flight {n}", **row} for n in range(30)]
    document = {
        "currency": "USD",
        "slots": [{"id": "S1", **row}],
        "outbound": outbound,
        "return": [],
        "lodgings": [{"id": "L1", "label": "Hotel"}],
        "transfers": [],
    }
    options = list_options(json.dumps(document).encode())

    about, page = present_choice_of_options(options, kind="outbound", text="", page=3)
    found, few = present_choice_of_options(options, kind="outbound", text="zrh 29", page=9)

    assert (about["page"], about["pages"], about["found"]) == (3, 3, "30 options")
    assert [option.id for option in page] == [f"F{n}" for n in range(24, 30)]
    assert [option.name for option in few] == ["outbound/F29"]
    assert (found["page"], found["pages"]) == (1, 1)
    assert options[0].label == "S1"


def test_a_schema_is_told_by_its_fields() -> None:
    document = {
        "paths": {
            "/x/{id}": {
                "get": {
                    "operationId": "getX",
                    "summary": "Get.",
                    "tags": ["X"],
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {}}],
                    "responses": {"200": {"description": "OK"}},
                }
            }
        },
        "components": {
            "schemas": {
                "X": {
                    "required": ["a"],
                    "properties": {
                        "a": {"type": "array", "items": {"$ref": "#/components/schemas/Y"}},
                        "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                        "c": {"enum": ["p", "q"]},
                        "d": {"type": "string", "format": "date"},
                    },
                }
            }
        },
    }

    shown = present_reference(document)

    (operation,) = shown["tags"][0]["operations"]
    assert operation["parameters"][0]["required"]
    fields = {field["name"]: field["type"] for field in shown["schemas"][0]["fields"]}
    assert fields == {"a": "list of Y", "b": "integer or null", "c": "p | q", "d": "date"}
