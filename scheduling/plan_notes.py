"""What a plan tells beside its proposals: what was searched, set aside and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from logistics.offers.search import SetAside
from logistics.trip_parts import name_of
from pricing.coverage.caps import CapLeft, list_caps
from pricing.coverage.decide import version_in_force
from scheduling.documents import wording
from scheduling.translation.policy_reach import horizon_of
from scheduling.translation.supply import Supply
from scheduling.translation.translate import Translation

_DAYS_OF = {"plan_year": 366, "calendar_quarter": 92, "calendar_week": 7}
"""Days, at most, of periods that are named by their first one."""


def notes_of(translation: Translation, set_aside: Iterable[SetAside]) -> tuple[str, ...]:
    """Return sentences for whoever looks at the plan."""
    supply = translation.rows.supply
    searched = f"Searched {count_of(supply)}, as offered on {supply.now:%Y-%m-%d %H:%M} UTC."
    kept_out = (f"{one.sentence}." for one in set_aside)
    return (searched, *kept_out, *_counted(translation))


def count_of(supply: Supply) -> str:
    """Return how much there is to compare."""
    flights = sum(len(one.outbound) + len(one.homebound) for one in supply.parties)
    return (
        f"{len(supply.appointments)} appointments, {flights} flights "
        f"and {len(supply.lodgings)} lodgings"
    )


def _counted(translation: Translation) -> Iterator[str]:
    """Yield what earlier claims have used of each limit that the visit may draw on, too."""
    supply = translation.rows.supply
    question = translation.rows.tariff.question
    version = version_in_force(question.policy, question.trip, question.decided_on)
    first, last = horizon_of(supply)
    for cap in list_caps(supply.policy, version, supply.balances):
        if cap.used and _may_touch(cap, first, last):
            yield _sentence(cap, supply.currency)


def _may_touch(cap: CapLeft, first: date, last: date) -> bool:
    """Return whether a cap's period may hold some day from the first to the last."""
    if cap.per in {"calendar_year", "calendar_month"}:
        letters = len(cap.period)
        return first.isoformat()[:letters] <= cap.period <= last.isoformat()[:letters]
    if cap.per in _DAYS_OF:
        begins = date.fromisoformat(cap.period)
        return begins <= last and first < begins + timedelta(days=_DAYS_OF[cap.per])
    return True


def _sentence(cap: CapLeft, currency: str) -> str:
    used = wording.cap_amount(cap, cap.used, currency)
    whose = wording.isolated(name_of(cap.whose))
    left = "" if cap.left is None else f", so {wording.cap_amount(cap, cap.left, currency)} is left"
    rule = wording.one_line(cap.text).removesuffix(".")
    return (
        f"Counted what the plan already paid this period: {used} for {whose}"
        f" ({wording.one_line(cap.period)}){left}. {rule}."
    )
