"""Small policies made up at random, out of the keys that can stand beside each other."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.pricing.coverage.made_up_trips import units

Made = dict[str, Any]

GROUPS: Final = {
    "transport": ["line", "leg", "ticket", "person", "day", "person_day", "week", "visit", "trip"],
    "lodging": ["line", "night", "room_night", "person_night", "person", "week", "visit", "trip"],
    "meals": ["line", "day", "person_day", "person", "week", "visit", "trip"],
    "everything": ["line", "person", "day", "person_day", "week", "visit", "trip"],
}
"""What may be granted together, and the groups it can be counted in."""

ONE_EXPENSE: Final = {
    "transport": ["line", "leg", "ticket"],
    "lodging": ["line", "night", "room_night", "person_night"],
    "meals": ["line"],
    "everything": ["line"],
}
"""The groups that never reach beyond one expense, so that a trip can be claimed in parts."""

PERIODS: Final = (
    "trip",
    "visit",
    "occurrence",
    "procedure",
    "calendar_month",
    "calendar_year",
    "plan_year",
    "lifetime",
)

some_money = st.integers(0, 1500_00).map(units)
percents = st.integers(0, 100).map(lambda number: f"{number} %")
travellers = st.sampled_from(["everyone", "patient", "pair"])


def policy(benefits: list[Made], limits: list[Made], **more: Any) -> Made:  # noqa: ANN401 — any key
    """Return a policy document that holds these rules; ``more`` goes into its version."""
    head: Made = {key: more.pop(key) for key in ("rounding", "plan_year_starts") if key in more}
    return {
        "format": "sojourn-policy/1",
        "id": "made-up",
        "title": "A policy made up",
        "sponsor": "Tests",
        "currency": "USD",
        **head,
        "versions": [
            {
                "version": "1",
                "valid_from": "2024-01-01",
                "valid_to": None,
                "source": "Made up for tests",
                "travellers": {
                    "pair": {
                        "text": "The patient and one companion.",
                        "companions": [{"at_most": 1}],
                    }
                },
                "benefits": numbered("benefit", benefits),
                "limits": numbered("limit", limits),
                **more,
            }
        ],
    }


def numbered(word: str, rules: list[Made]) -> list[Made]:
    """Return the rules with ids and texts."""
    return [
        {"id": f"{word}-{number}", "text": f"The {word} numbered {number}.", **rule}
        for number, rule in enumerate(rules, 1)
    ]


@st.composite
def benefits(draw: st.DrawFn, pers: dict[str, list[str]] = GROUPS) -> Made:
    """Return a benefit without id and text."""
    covers = draw(st.sampled_from(sorted(pers)))
    made: Made = {"covers": [covers], "travellers": draw(travellers)}
    if draw(st.integers(0, 9)) == 0:
        return made | {"pays": "nothing"}
    made["per"] = draw(st.sampled_from(pers[covers]))
    if draw(st.integers(0, 2)) == 0:
        return made | {
            "pays": "allowance",
            "amount": draw(some_money),
            "at_most_cost": draw(st.sampled_from(["yes", "no"])),
        }
    made |= {"pays": "actual", "share": draw(percents)}
    made |= draw(st.sampled_from([{}, {"shared": "by_person"}, {"tax": "excluded"}]))
    return made | draw(st.just({}) | some_money.map(lambda money: {"up_to": money}))


def several(pers: dict[str, list[str]] = GROUPS) -> st.SearchStrategy[list[Made]]:
    """Return up to four benefits, each of which something can reach."""
    return st.lists(benefits(pers), min_size=1, max_size=4).map(_reached)


def _reached(granted: list[Made]) -> list[Made]:
    kept: list[Made] = []
    for one in granted:
        taken = {(covered, above["travellers"]) for above in kept for covered in above["covers"]}
        whom = (one["travellers"], "everyone")
        what = (*one["covers"], "everything")
        if not any((covered, people) in taken for covered in what for people in whom):
            kept.append(one)
    return kept


@st.composite
def money_caps(draw: st.DrawFn) -> Made:
    """Return a cap in money over everything."""
    whose = draw(st.sampled_from(["patient", "person", "household"]))
    return {"cap": draw(some_money), "per": draw(st.sampled_from(PERIODS)), "whose": whose}


@st.composite
def _other_limits(draw: st.DrawFn) -> Made:
    per = draw(st.sampled_from(PERIODS))
    count = draw(st.integers(0, 6))
    money = draw(some_money)
    return draw(
        st.sampled_from(
            [
                {"cap": count, "of": "nights", "applies_to": ["lodging"], "per": per},
                {"deductible": money, "per": per},
                {
                    "deductible": "3",
                    "per": "leg",
                    "applies_to": ["transport"],
                    "at_most": "18",
                    "at_most_per": "calendar_month",
                },
                {"deductible": count, "of": "nights", "applies_to": ["lodging"], "per": per},
                {"cap": money, "per": "rolling", "window": f"{count + 1} weeks"},
                {
                    "cap": count,
                    "of": "nights",
                    "applies_to": ["lodging"],
                    "per": per,
                    "whose": "person",
                },
                {"cap": count, "of": "days", "per": "rolling", "window": "1 month"},
                {
                    "deductible": count,
                    "of": "legs",
                    "applies_to": ["transport"],
                    "per": per,
                    "whose": "person",
                },
                {
                    "pays_share": f"{count * 10} %",
                    "at_most": money,
                    "at_most_per": per,
                    "at_most_whose": "person",
                },
                {"pays_share": f"{count * 10} %"},
                {"minimum": money, "per": "trip"},
                {"other_payments": "subtract"},
                {"other_payments": "rest_of_cost"},
            ]
        )
    )


limits = st.lists(money_caps() | _other_limits(), max_size=4)

taxes = st.sampled_from(
    [
        {},
        {"tax": {"taxable": "nothing"}},
        {"tax": {"taxable": "everything"}},
        {"tax": {"ceiling": "irs-medical-travel"}},
    ]
)

roundings = st.sampled_from(
    [
        {},
        {"rounding": {"to": "0.01", "mode": "half_even", "each": "line"}},
        {"rounding": {"to": "1", "mode": "up", "each": "amount"}},
        {"rounding": {"to": "1", "mode": "half_up", "each": "line"}},
        {"rounding": {"to": "0.05", "mode": "down", "each": "amount"}},
    ]
)


@st.composite
def policies(draw: st.DrawFn, rounding: st.SearchStrategy[Made] = roundings) -> Made:
    """Return a policy of a few benefits and limits."""
    return policy(draw(several()), draw(limits), **draw(taxes), **draw(rounding))
