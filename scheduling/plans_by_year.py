"""A problem document divided by the year of each journey, where a cap's year turns meanwhile.

A visit that begins and ends within a year draws on that year's cap alone, so that in its part of
the plans the cap is exact. Visits across the turn are the rest: for them the cap stays a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations_with_replacement, product
from typing import Any, Final

from logistics.places import get_airport
from logistics.timing import to_local
from scheduling.translation.tariff import Year
from scheduling.translation.translate import Translation

Document = dict[str, Any]
_JOURNEYS: Final = ("outbound", "return")


def parts_by_year(translation: Translation, document: Document) -> Iterator[Document]:
    """Yield documents whose plans are together the document's; none where no year turns."""
    years = translation.rows.tariff.years
    if not years:
        return
    days = {option: _day_of(translation, option) for option in translation.flights}
    parties = [one["id"] for one in document["parties"]]
    ways = tuple(combinations_with_replacement(years, 2))
    for way in product(ways, repeat=len(parties)):
        of_party = dict(zip(parties, way, strict=True))
        part = dict(document)
        for place, key in enumerate(_JOURNEYS):
            part[key] = [
                _within(row, of_party[row["party"]][place])
                for row in document[key]
                if _is_in(days[row["id"]], of_party[row["party"]][place])
            ]
        touched = {year for pair in way for year in pair}
        if len(touched) == 1:
            part["trip_cap_cents"] = touched.pop().most
        if all({row["party"] for row in part[key]} >= set(parties) for key in _JOURNEYS):
            yield part


def _within(row: Document, year: Year) -> Document:
    """Return a journey of which no more is paid than is left in its year."""
    if year.most is None:
        return row
    return {**row, "payable_cents": min(row["payable_cents"], year.most)}


def _is_in(day: date, year: Year) -> bool:
    return year.first <= day <= year.last


def _day_of(translation: Translation, option: str) -> date:
    """Return the day of a journey's expense: the local one of its departure."""
    offer = translation.flights[option]
    zone = get_airport(offer.segments[0].origin).zone
    return to_local(offer.departs_at, zone).date()
