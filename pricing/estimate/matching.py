"""Which line of a bill is which item of the estimate.

A line is matched within its provider, in this order: to the item of its code on its date; else to
the first item of its code that no line was matched to yet, else to the first of its code; and where
one line and one item of a provider are all that is left of both, to each other. Several lines may
be one item: a stay is billed day by day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pricing.estimate.bill_document import Bill, BillLine, BillProvider
from pricing.estimate.estimate_document import Estimate, Item


class Match(StrEnum):
    """How a line of a bill was found in the estimate."""

    CODE_AND_DATE = "code and date"
    CODE = "code"
    LEFT_OVER = "left over"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """A line of the bill; ``provider`` is an id of the estimate, None where it has no such one."""

    line: BillLine
    provider: str | None
    item: Item | None = None
    match: Match = Match.NONE


_Left = tuple[list[int], list[Item]]
_Key = tuple[str | None, str, str]


def match_lines(bill: Bill, estimate: Estimate) -> tuple[MatchedLine, ...]:
    """Return each line of the bill once, in its order, with the item it is."""
    providers = {one.id: find_provider(one, estimate) for one in bill.providers}
    taken: set[str] = set()
    matched: list[MatchedLine] = []
    by_code = _by_code(estimate.items)
    of_code = [by_code.get(_key(providers[one.provider], one), []) for one in bill.lines]
    dated = [_dated(line, items) for line, items in zip(bill.lines, of_code, strict=True)]
    taken |= {item.id for item in dated if item is not None}
    for line, item, items in zip(bill.lines, dated, of_code, strict=True):
        one = _match(line, providers[line.provider], item, items, taken)
        taken |= {one.item.id} if one.item is not None else set()
        matched.append(one)
    return _left_over(matched, estimate.items, taken)


def find_provider(provider: BillProvider, estimate: Estimate) -> str | None:
    """Return whom of the estimate somebody who bills is: by whom they replace, NPI, or id.

    Two NPIs that differ are two providers, whatever their ids.
    """
    if provider.replaces is not None:
        named = (one.id for one in estimate.providers if one.id == provider.replaces)
        return next(named, None)
    if provider.npi is not None:
        for one in estimate.providers:
            if one.npi == provider.npi:
                return one.id
    for one in estimate.providers:
        if one.id == provider.id and None in {one.npi, provider.npi}:
            return one.id
    return None


def _by_code(items: Iterable[Item]) -> dict[_Key, list[Item]]:
    found: dict[_Key, list[Item]] = {}
    for one in items:
        found.setdefault(_key(one.provider, one), []).append(one)
    return found


def _key(provider: str | None, one: BillLine | Item) -> _Key:
    return provider, one.code_type, one.code


def _dated(line: BillLine, items: Sequence[Item]) -> Item | None:
    return next((one for one in items if one.date == line.date), None)


def _match(
    line: BillLine,
    provider: str | None,
    dated: Item | None,
    items: Sequence[Item],
    taken: set[str],
) -> MatchedLine:
    if dated is not None:
        return MatchedLine(line, provider, dated, Match.CODE_AND_DATE)
    if not items:
        return MatchedLine(line, provider)
    free = (one for one in items if one.id not in taken)
    return MatchedLine(line, provider, next(free, items[0]), Match.CODE)


def _left_over(
    matched: Sequence[MatchedLine], items: Iterable[Item], taken: set[str]
) -> tuple[MatchedLine, ...]:
    """Return the lines, with a provider's only line and only item that are left put together."""
    left: dict[str, _Left] = {}
    for place, one in enumerate(matched):
        if one.item is None and one.provider is not None:
            left.setdefault(one.provider, ([], []))[0].append(place)
    for item in items:
        if item.id not in taken and item.provider in left:
            left[item.provider][1].append(item)
    found = list(matched)
    for places, free in left.values():
        if len(places) == len(free) == 1:
            place = places[0]
            found[place] = replace(found[place], item=free[0], match=Match.LEFT_OVER)
    return tuple(found)
