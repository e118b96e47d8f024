"""Trips to try a policy with, in the database; their facts are invented."""

from __future__ import annotations

from sqlalchemy import Delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, func, insert, select

from pricing.errors import PolicyTaken, TooManyTrips, TripNotFound
from pricing.policies import SAMPLE_TRIPS_MAX, SampleTrip
from pricing.tables import SampleTripRow

_TABLE = SampleTripRow


def list_sample_trips(
    session: Session, organisation_id: str, policy_id: str
) -> tuple[SampleTrip, ...]:
    """Return the trips of a policy in order of their ids."""
    query = (
        select(_TABLE)
        .where(col(_TABLE.organisation_id) == organisation_id, col(_TABLE.policy_id) == policy_id)
        .order_by(col(_TABLE.trip_id))
    )
    return tuple(_to_value(row) for row in session.exec(query))


def keep_sample_trip(session: Session, trip: SampleTrip) -> None:
    """Store a trip, in place of the one of the same id; raises TooManyTrips."""
    session.exec(_deletion(trip.organisation_id, trip.policy_id, trip.trip_id))
    kept = session.exec(
        select(func.count()).where(
            col(_TABLE.organisation_id) == trip.organisation_id,
            col(_TABLE.policy_id) == trip.policy_id,
        )
    ).one()
    if kept >= SAMPLE_TRIPS_MAX:
        raise TooManyTrips(SAMPLE_TRIPS_MAX)
    values = {name: getattr(trip, name) for name in SampleTrip.__slots__}
    try:
        with session.begin_nested():
            session.exec(insert(_TABLE).values(**values))
    except IntegrityError as error:
        raise PolicyTaken(trip.policy_id) from error


def remove_sample_trip(
    session: Session, organisation_id: str, policy_id: str, trip_id: str
) -> None:
    """Delete a trip; raises TripNotFound."""
    if session.exec(_deletion(organisation_id, policy_id, trip_id)).rowcount == 0:
        raise TripNotFound(trip_id)


def _deletion(organisation_id: str, policy_id: str, trip_id: str) -> Delete:
    return delete(_TABLE).where(
        col(_TABLE.organisation_id) == organisation_id,
        col(_TABLE.policy_id) == policy_id,
        col(_TABLE.trip_id) == trip_id,
    )


def _to_value(row: SampleTripRow) -> SampleTrip:
    return SampleTrip(**{name: getattr(row, name) for name in SampleTrip.__slots__})
