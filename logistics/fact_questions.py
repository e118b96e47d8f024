"""What a policy asks about a case that no booking tells, and where in its facts the answer goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from logistics.case.model import Case
from logistics.facility import Facility
from logistics.trip_parts import member_ids, name_of
from pricing.coverage.asked import AskedFact

_STATED: Final = MappingProxyType(
    {
        "patient": {"residence"},
        "person": {"role", "medically_required", "ordered_in_writing"},
        "site": {"region", "network", "designations", "care_cost", "travel_cost"},
        "nearest": {
            *("name", "city", "region", "country", "network", "designations"),
            *("care_cost", "travel_cost"),
        },
        "care": {
            *("procedure", "diagnosis", "setting", "purpose", "occurrence"),
            "telehealth_tried",
        },
        "referral": {"date", "by"},
        "visit": {"procedure", "diagnosis"},
        "line": {"arranged_by", "booked_through"},
    }
)
"""Built-in facts that people state; the case and its bookings tell the others."""

_OWN: Final = frozenset({"trip", "patient", "person", "site", "nearest", "care", "visit", "line"})
"""Whose declared facts can be stated for a whole case."""

_APPROVED: Final = frozenset(
    {
        *("line.approved", "line.approved_in_advance"),
        *("line.approval_code", "line.approval_date"),
    }
)
_SITE: Final = "site"

Place = tuple[str, ...]
"""Keys from the top of the facts down to one value."""


@dataclass(frozen=True, slots=True)
class FactQuestion:
    """One fact to be stated: its place, what asks for it, and of whom or what it is."""

    place: Place
    fact: AskedFact
    about: str = ""

    @property
    def part(self) -> tuple[str, str]:
        """Return the part of the facts, and the key in it, that the question belongs to."""
        keyed = self.place[0] in {"companions", "sites", "visits"}
        return self.place[0], self.place[1] if keyed else ""


def list_questions(
    asked: Iterable[AskedFact], case: Case, facilities: Sequence[Facility]
) -> tuple[FactQuestion, ...]:
    """Return what can be stated for a case of what a policy asks, each place once."""
    people = (case.patient, *(one.person for one in case.companions))
    _, *companions = member_ids((one.name, one.birth_date) for one in people)
    of = _Subjects(
        companions=tuple((one, name_of(one)) for one in companions),
        sites=tuple((one.id, one.name) for one in facilities),
        visits=tuple((one.id, one.title) for one in case.visit.needs),
    )
    found: dict[Place, FactQuestion] = {}
    for fact in asked:
        for place, about in _places(fact, of):
            found.setdefault(place, FactQuestion(place, fact, about))
    return tuple(found.values())


def asks_for_approval(asked: Iterable[AskedFact]) -> bool:
    """Return whether a rule looks at approvals."""
    return any(one.path in _APPROVED for one in asked)


@dataclass(frozen=True, slots=True)
class _Subjects:
    """Who and what the keyed parts of a case's facts are about: key and name of each."""

    companions: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]
    visits: tuple[tuple[str, str], ...]


def _places(fact: AskedFact, of: _Subjects) -> Iterator[tuple[Place, str]]:
    owner, _, name = fact.path.partition(".")
    if owner == "distances":
        yield from _distance(name, of)
    elif fact.is_declared and owner in _OWN:
        yield from _of_owner(owner, ("facts", name.removeprefix("facts.")), of)
    elif name in _STATED.get(owner, ()):
        yield from _of_owner(owner, (name,), of)


def _distance(name: str, of: _Subjects) -> Iterator[tuple[Place, str]]:
    between, _, way = name.partition(".")
    if _SITE in between.split("_to_"):
        for key, about in of.sites:
            yield ("sites", key, "distances", between, way), about
    else:
        yield ("distances", between, way), ""


def _of_owner(owner: str, rest: Place, of: _Subjects) -> Iterator[tuple[Place, str]]:
    match owner:
        case "trip":
            yield rest, ""
        case "line":
            yield ("expenses", *rest), ""
        case "person":
            if rest[0] == "facts":
                yield ("patient", *rest), ""
            yield from ((("companions", key, *rest), about) for key, about in of.companions)
        case "site":
            yield from ((("sites", key, *rest), about) for key, about in of.sites)
        case "visit":
            yield from ((("visits", key, *rest), about) for key, about in of.visits)
        case _:
            yield (owner, *rest), ""
