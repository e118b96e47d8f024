"""Cases for analysis, without anything that leads back to a person.

What HIPAA's safe harbor lists (45 CFR 164.514(b)(2)) is left out: names, dates but for the year,
places smaller than a country, references; ages from 90 up are one. What is left can still single
somebody out when it is rare, so that no combination of age, country and specialty stays that
fewer than `SMALLEST_GROUP` cases share: its most telling parts are replaced by ``*``.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from logistics.case.model import Case
from logistics.places import get_airport
from scheduling.itinerary import Itinerary

SMALLEST_GROUP: Final = 5
UNKNOWN: Final = "*"
_BAND_YEARS: Final = 10
_OLDEST: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class AnonymousCase:
    """One case, as far as it may be told; amounts in minor units, empty before there is a plan."""

    year: str
    age_band: str
    home_country: str
    specialty: str
    service_level: str
    companions: int
    facility: str
    nights: str
    currency: str
    cost: str
    payer: str
    patient: str


def anonymise(
    cases: Iterable[tuple[Case, Itinerary | None]], *, today: date
) -> tuple[AnonymousCase, ...]:
    """Return the cases in an order that tells nothing, rare combinations made coarser."""
    rows = [_to_row(case, itinerary, today) for case, itinerary in cases]
    for hide in _COARSER:
        sizes = Counter(_group(row) for row in rows)
        rows = [row if sizes[_group(row)] >= SMALLEST_GROUP else hide(row) for row in rows]
    sizes = Counter(_group(row) for row in rows)
    kept = [row for row in rows if sizes[_group(row)] >= SMALLEST_GROUP]
    return tuple(sorted(kept, key=repr))


def to_csv(rows: Iterable[AnonymousCase]) -> str:
    """Return the rows as CSV with a header; no cell can be read as a formula."""
    text = io.StringIO()
    names = list(AnonymousCase.__slots__)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([getattr(row, name) for name in names])
    return text.getvalue()


_COARSER: Final[tuple[Callable[[AnonymousCase], AnonymousCase], ...]] = (
    lambda row: replace(row, home_country=UNKNOWN),
    lambda row: replace(row, age_band=UNKNOWN),
    lambda row: replace(row, specialty=UNKNOWN),
    lambda row: replace(row, facility=UNKNOWN, year=UNKNOWN),
)


def _group(row: AnonymousCase) -> tuple[str, ...]:
    return (row.age_band, row.home_country, row.specialty, row.facility, row.year)


def _to_row(case: Case, itinerary: Itinerary | None, today: date) -> AnonymousCase:
    patient = case.patient
    begins = None if itinerary is None else itinerary.items[0].starts.at
    coverage = None if itinerary is None else itinerary.coverage
    return AnonymousCase(
        year=str((begins.date() if begins else today).year),
        age_band=_band(patient.age_on(today)),
        home_country=get_airport(patient.home_airport).country,
        specialty=case.visit.needs[0].specialty,
        service_level=case.service_level.value,
        companions=len(case.companions),
        facility="" if itinerary is None else itinerary.facility_name,
        nights="" if itinerary is None else str(_nights(itinerary)),
        currency="" if coverage is None else coverage.currency,
        cost="" if coverage is None else str(coverage.amount.minor),
        payer="" if coverage is None else str(coverage.payer.minor),
        patient="" if coverage is None else str(coverage.patient.minor),
    )


def _band(age: int) -> str:
    if age >= _OLDEST:
        return f"{_OLDEST}+"
    low = age // _BAND_YEARS * _BAND_YEARS
    return f"{low}-{low + _BAND_YEARS - 1}"


def _nights(itinerary: Itinerary) -> int:
    first, last = itinerary.items[0].starts, itinerary.items[-1].ends
    return (last.at.date() - first.at.date()).days
