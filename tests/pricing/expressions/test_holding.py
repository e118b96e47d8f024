"""What can never be, by its own literals; whatever is called impossible is tried out."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pricing.expressions.evaluate import evaluate
from pricing.expressions.holding import Comparison, find_contradiction
from pricing.expressions.parse import parse_expression
from pricing.expressions.tree import Fact, Operator
from pricing.expressions.values import Value


def why_never(test: str, *none_of: str) -> str:
    """Return which comparisons exclude each other; "-" where the test may hold."""
    found = find_contradiction(
        [parse_expression(test).root], [parse_expression(one).root for one in none_of]
    )
    return "-" if found is None else " | ".join(str(one) for one in found.tests)


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("patient.age < 18 and patient.age > 64", "patient.age < 18 | patient.age > 64"),
        ("patient.age < 18 and patient.age >= 18", "patient.age < 18 | patient.age >= 18"),
        ("patient.age <= 18 and patient.age >= 18", "-"),
        ("patient.age <= 18 and patient.age >= 18 and patient.age != 18",
         "patient.age <= 18 | patient.age >= 18 | patient.age != 18"),
        ("patient.age < 18 or patient.age > 64", "-"),
        ("not (patient.age < 18 or patient.age >= 18)", "patient.age >= 18 | patient.age < 18"),
        ("18 > patient.age and 64 < patient.age", "patient.age < 18 | patient.age > 64"),
        ("site.name = 'a' and site.name = 'b'", "site.name = 'a' | site.name = 'b'"),
        ("site.name = 'a' and site.name in ['b']", "site.name = 'a' | site.name in ['b']"),
        ("site.name in ['a', 'b'] and site.name not in ['a', 'b']",
         "site.name in ['a', 'b'] | site.name not in ['a', 'b']"),
        ("site.name in ['a', 'b'] and site.name != 'a'", "-"),
        ("trip.end < 2026-01-01 and trip.start > 2026-02-01", "-"),
        ("trip.end < 2026-01-01 and trip.end > 2026-02-01",
         "trip.end < 2026-01-01 | trip.end > 2026-02-01"),
        ("site.network and not site.network", "site.network | not site.network"),
        ("site.network = yes and site.network = no", "site.network | not site.network"),
        ("site.network != yes and site.network", "not site.network | site.network"),
        ("trip.end - trip.start > 5 and trip.end - trip.start < 5",
         "trip.end - trip.start > 5 | trip.end - trip.start < 5"),
        ("trip.kinds has 'car' and not trip.kinds has 'car'",
         "trip.kinds has 'car' | not trip.kinds has 'car'"),
        ("trip.days < trip.nights and not trip.days < trip.nights",
         "trip.days < trip.nights | not trip.days < trip.nights"),
        ("patient.age < -0.5 and patient.age > 3", "patient.age < -0.5 | patient.age > 3"),
        ("1 > 2", ""),
        ("no", ""),
        ("2 > 1", "-"),
        ("stated(site.name) and site.name = 'a'", "-"),
    ],
)  # fmt: skip
def test_what_excludes_each_other_is_named(test: str, why: str) -> None:
    assert why_never(test) == why


@pytest.mark.parametrize(
    ("test", "earlier", "taken"),
    [
        ("patient.age < 12", ["patient.age < 18"], True),
        ("patient.age < 18", ["patient.age < 12"], False),
        ("site.network and patient.age < 12", ["patient.age < 18"], True),
        ("site.network", ["patient.age < 18", "patient.age >= 18"], True),
        ("site.network", ["patient.age < 18", "patient.age > 18"], False),
        ("site.name = 'a'", ["site.name in ['a', 'b']"], True),
        ("site.name = 'a' or site.network", ["site.name = 'a'"], False),
        ("site.name = 'a' or site.network", ["site.network", "site.name != 'b'"], True),
    ],
)
def test_what_an_earlier_test_takes_is_left_to_none(
    test: str, earlier: list[str], taken: object
) -> None:
    assert (why_never(test, *earlier) != "-") is taken


def test_what_is_known_beforehand_counts() -> None:
    known = Comparison(Fact("trip.days", 0), Operator.AT_LEAST, Fraction(0))

    found = find_contradiction([parse_expression("trip.days < 0").root], given=[known])

    assert found is not None
    assert [str(one) for one in found.tests] == ["trip.days >= 0", "trip.days < 0"]


def test_very_many_ways_are_left_open() -> None:
    either = [f"(trip.days + {place} > 2 or trip.nights + {place} > 2)" for place in range(12)]

    assert why_never(" and ".join([*either[:2], "no"])) == ""
    assert why_never(" and ".join([*either, "no"])) == "-"


class _Stated:
    """Facts that are all stated."""

    def __init__(self, facts: dict[str, Value]) -> None:
        self._facts = facts

    def get(self, path: str) -> Value:
        return self._facts[path]

    def is_stated(self, path: str) -> bool:
        return path in self._facts

    def look_up(self, table: str, arguments: tuple[Value, ...]) -> Fraction:
        raise AssertionError(table, arguments)


_NUMBERS = st.sampled_from(["trip.days", "trip.nights"])
_SIGNS = st.sampled_from(["<", "<=", ">", ">=", "=", "!="])
_COMPARISONS = st.one_of(
    st.builds(lambda fact, sign, end: f"{fact} {sign} {end}", _NUMBERS, _SIGNS, st.integers(0, 3)),
    st.builds(lambda fact, sign, end: f"{end} {sign} {fact}", _NUMBERS, _SIGNS, st.integers(0, 3)),
    st.sampled_from(["site.network", "site.network = no", "site.name = 'a'", "site.name != 'b'"]),
    st.sampled_from(["site.name in ['a', 'b']", "site.name not in ['b', 'c']"]),
    st.sampled_from(["trip.days < trip.nights", "trip.days + 1 > 2", "yes", "no"]),
)
_TESTS = st.recursive(
    _COMPARISONS,
    lambda below: st.one_of(
        st.builds(lambda one: f"not ({one})", below),
        st.builds(lambda one, sign, other: f"({one}) {sign} ({other})", below,
                  st.sampled_from(["and", "or"]), below),
    ),
    max_leaves=8,
)  # fmt: skip


@given(_TESTS, st.lists(_TESTS, max_size=2))
def test_whatever_is_called_impossible_holds_for_no_trip(test: str, none_of: list[str]) -> None:
    is_impossible = why_never(test, *none_of) != "-"
    event(f"impossible: {is_impossible}")

    halves = [Fraction(number, 2) for number in range(-1, 8)]
    trips = product(halves, halves, [True, False], "abcd")
    holds = any(
        evaluate(parse_expression(test), facts)
        and not any(evaluate(parse_expression(one), facts) for one in none_of)
        for days, nights, network, name in trips
        for facts in [
            _Stated(
                {
                    "trip.days": days,
                    "trip.nights": nights,
                    "site.network": network,
                    "site.name": name,
                }
            )
        ]
    )

    assert not (is_impossible and holds)
