"""Finding what leads back to itself: limits that read each other, tables that do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def list_cycles(leads_to: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return each circle once, beginning and ending with the same name, in the order given."""
    cycles = []
    closed: set[str] = set()
    for start in leads_to:
        if start in closed:
            continue
        cycle = _cycle_from(start, leads_to)
        if cycle:
            cycles.append(cycle)
            closed.update(cycle)
    return cycles


def _cycle_from(start: str, leads_to: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the shortest way from a name back to itself, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for name in waiting:
        for following in leads_to.get(name, ()):
            if following == start:
                return _way_back(name, start, came_from)
            if following not in came_from:
                came_from[following] = name
                waiting.append(following)
    return ()


def _way_back(last: str, start: str, came_from: Mapping[str, str]) -> tuple[str, ...]:
    way = [start, last]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return tuple(reversed(way))
