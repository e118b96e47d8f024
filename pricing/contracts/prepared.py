"""Terms made ready once: tables as tables, schedules indexed, files beside them read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pricing.contracts.documents.fee_file import read_fee_file
from pricing.contracts.documents.terms_document import Terms
from pricing.contracts.schedules import Schedule, schedule_of
from pricing.documents.tables import Table, table_of
from pricing.expressions.types import FactType


@dataclass(frozen=True, slots=True)
class Prepared:
    """Terms ready to price claims with."""

    terms: Terms
    tables: Mapping[str, Table]
    schedules: Mapping[str, Schedule]
    own_facts: Mapping[str, FactType]


def prepare(terms: Terms, read_beside: Callable[[str], str | None]) -> Prepared:
    """Return terms made ready; ``read_beside`` returns the text of a file beside the document.

    Raises ScheduleFileMissing, and InvalidDocument with the faults of a file's rows.
    """
    schedules = {}
    for name, written in terms.schedules.items():
        rows = (
            written
            if isinstance(written, tuple)
            else read_fee_file(name, written, read_beside(written.file))
        )
        schedules[name] = schedule_of(name, rows)
    return Prepared(
        terms=terms,
        tables={name: table_of(name, rows) for name, rows in terms.tables.items()},
        schedules=schedules,
        own_facts={path: FactType(fact.type) for path, fact in terms.facts.items()},
    )


def nothing_beside(_: str) -> str | None:
    """Return no text: for terms without files."""
    return None
