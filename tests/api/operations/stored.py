"""A database with rows in every kind of column, and all that stands in it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from api.database import Database
from pricing.column_types import Row
from scheduling.repository.appointments import take_slot
from scheduling.repository.slots import add_slots
from tests.api.audit.builders import store_entries
from tests.storage.builders import NOW, slots
from tests.storage.stored import store_everything

Dump = dict[str, list[tuple[Any, ...]]]


def store_a_service(database: Database, *, cases: int = 30) -> None:
    """Store cases, plans, itineraries, slots, appointments and a trail."""
    store_everything(database, cases=cases)
    with database.write() as session:
        add_slots(session, slots(5))
        for number in (0, 3):
            take_slot(
                session,
                slot_id=f"slot-{number:03}",
                case_reference="SJ-1001",
                itinerary_id="IT-1",
                now=NOW,
            )
    store_entries(database, 5)


def dump(database: Database) -> Dump:
    """Return every row of every table, in order of the keys."""
    with database.read() as session:
        return {
            table.name: [
                tuple(row)
                for row in session.connection().execute(select(table).order_by(*table.primary_key))
            ]
            for table in Row.metadata.sorted_tables
        }
