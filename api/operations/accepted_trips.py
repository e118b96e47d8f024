"""The trips of itineraries that were accepted lately, to compare two revisions of a policy over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Session

from logistics.case.model import ServiceLevel
from scheduling.itinerary import Itinerary
from scheduling.repository.itineraries import list_accepted

TRIPS_MAX: Final = 200
"""Trips of one comparison, the newest: what two revisions decide in the time of one question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedTrips:
    """Trips as `answering.compare` takes them, each called by its case.

    ``itineraries`` are their itineraries' ids, by case. ``without`` counts those of before it was
    kept what a decision is made from; ``is_cut`` tells that there are more than are taken.
    """

    trips: tuple[dict[str, Any], ...]
    itineraries: dict[str, str]
    without: int
    is_cut: bool


def list_trips(session: Session, policy_id: str, *, since: datetime) -> AcceptedTrips:
    """Return the trips within reach whose service level the policy is for.

    A policy that is for no service level is compared over all of them.
    """
    found = list_accepted(session, since=since, limit=TRIPS_MAX + 1)
    meant = [one for one in found[:TRIPS_MAX] if _is_meant(policy_id, one)]
    trips = [trip for one in meant if (trip := _trip(one)) is not None]
    return AcceptedTrips(
        trips=tuple(trips),
        itineraries={one.case_reference: one.id for one in meant},
        without=len(meant) - len(trips),
        is_cut=len(found) > TRIPS_MAX,
    )


def _is_meant(policy_id: str, itinerary: Itinerary) -> bool:
    levels = {f"sojourn-{level.value}" for level in ServiceLevel}
    return policy_id not in levels or policy_id == f"sojourn-{itinerary.coverage.level}"


def _trip(itinerary: Itinerary) -> dict[str, Any] | None:
    inputs = itinerary.coverage.inputs
    if inputs is None:
        return None
    return {
        "id": itinerary.case_reference,
        "text": inputs.trip,
        "balances": inputs.balances,
        "as_of": inputs.decided_on.isoformat(),
    }
