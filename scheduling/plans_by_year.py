"""A problem document divided by the year of each journey, where a cap's year turns meanwhile.

A visit that begins and ends within a year draws on that year's cap alone, so that in its part of
the plans the cap is exact. Visits across the turn are the rest: those that surely use up what is
left of the year in which they begin are a part of their own (see `used_up_year`); for the others
the cap stays a bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement, product
from typing import Any, Final

from scheduling.translation.tariff import Year
from scheduling.translation.translate import Translation
from scheduling.used_up_year import UsedUpYear, day_of_journey

Document = dict[str, Any]
Row = dict[str, Any]
Way = tuple[Year, Year]

_JOURNEYS: Final = ("outbound", "return")


def parts_by_year(translation: Translation, document: Document) -> Iterator[Document]:
    """Yield documents whose plans are together the document's; none where no year turns."""
    years = translation.rows.tariff.years
    if not years:
        return
    parties = [one["id"] for one in document["parties"]]
    ways = tuple(combinations_with_replacement(years, 2))
    for way in product(ways, repeat=len(parties)):
        of_party = dict(zip(parties, way, strict=True))
        part = _part_of_years(translation, document, of_party)
        if len(_touched(of_party)) == 1:
            found = [{**part, "trip_cap_cents": way[0][0].most}]
        else:
            found = _by_what_is_left(translation, part, of_party)
        yield from (one for one in found if _has_journeys(one, parties))


def _touched(of_party: dict[str, Way]) -> set[Year]:
    return {year for way in of_party.values() for year in way}


def _part_of_years(
    translation: Translation, document: Document, of_party: dict[str, Way]
) -> Document:
    """Return the document with the journeys of these years, none paid above what is left there."""
    part = dict(document)
    for place, key in enumerate(_JOURNEYS):
        part[key] = [
            _within(row, year)
            for row in document[key]
            for year in [of_party[row["party"]][place]]
            if year.first <= day_of_journey(translation, row["id"]) <= year.last
        ]
    return part


def _within(row: Row, year: Year) -> Row:
    """Return a journey of which no more is paid than is left in its year."""
    if year.most is None:
        return row
    return {**row, "payable_cents": min(row["payable_cents"], year.most)}


def _by_what_is_left(
    translation: Translation, part: Document, of_party: dict[str, Way]
) -> list[Document]:
    """Return the visits across a turn that use up their first year, and the others."""
    party = min(of_party, key=lambda one: of_party[one][0].first)
    year = of_party[party][0]
    if year.most is None:
        return [part]
    rest = UsedUpYear(translation, part, year, year.most, party)
    spent: list[Row] = []
    left: list[Row] = []
    others = [row for row in part["outbound"] if row["party"] != party]
    for row in part["outbound"]:
        if row["party"] == party:
            (spent if rest.is_used_up_by(row) else left).append(row)
    used_up = rest.write({**part, "outbound": [*spent, *others]})
    return [used_up, {**part, "outbound": [*left, *others]}]


def _has_journeys(part: Document, parties: list[str]) -> bool:
    return all({row["party"] for row in part[key]} >= set(parties) for key in _JOURNEYS)
