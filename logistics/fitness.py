"""Medical travel rules: how long before and after a flight, and what an airline must be told.

Every number is dated data with its source in ``seed_data/fitness.yaml``. Where sources disagree
the strictest counts and the sentence says so. The clinician's word on the case overrides all.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from logistics.errors import InvalidField
from logistics.people import Assistance
from logistics.timing import require_utc, to_local
from pricing.effective import EffectivePeriod, find_in_force

_FILE = "fitness.yaml"


@dataclass(frozen=True, slots=True)
class FitnessRule:
    """A number that counts for a period; ``sources`` are all known (value, where from)."""

    name: str
    value: int
    period: EffectivePeriod
    sources: tuple[tuple[int, str], ...]

    @property
    def is_disputed(self) -> bool:
        """Return whether the sources disagree, so that the strictest was taken."""
        return len({value for value, _ in self.sources}) > 1


@dataclass(frozen=True, slots=True)
class Notice:
    """Something an airline must be told by ``due_at`` (UTC), in words, with its source."""

    due_at: datetime
    sentence: str
    source: str


class _Source(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    value: Annotated[int, Field(ge=0)]
    source: str


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    take: Literal["largest", "smallest"]
    first: date
    last: date | None = None
    sources: Annotated[tuple[_Source, ...], Field(min_length=1)]


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    rules: tuple[_Rule, ...]


def get_rule(name: str, day: date) -> FitnessRule:
    """Return the rule of that name in force on the day; raises InvalidField when there is none."""
    rule = find_in_force((one for one in _load_rules() if one.name == name), day)
    if rule is None:
        raise InvalidField(f"seed_data/{_FILE}", f"no rule {name!r} is in force on {day}")
    return rule


def zones_crossed(origin_zone: str, destination_zone: str, at: datetime) -> int:
    """Return how many hours the clock is put forward (east, positive) or back (west, negative).

    The shorter way around the globe counts; half and quarter hours count as whole ones.
    """
    require_utc(at, "at")
    there = to_local(at, destination_zone).utcoffset() or timedelta(0)
    here = to_local(at, origin_zone).utcoffset() or timedelta(0)
    minutes = int((there - here) / timedelta(minutes=1))
    minutes = (minutes + 12 * 60) % (24 * 60) - 12 * 60
    hours = -(-abs(minutes) // 60)
    return hours if minutes >= 0 else -hours


def jet_lag_minutes(zones: int, day: date) -> tuple[int, int]:
    """Return (planned, full) minutes of rest after crossing so many zones, eastward positive.

    Full is Mayo Clinic's rule; planned is the same, but at most the planning limit. Three zones
    or fewer need none (CDC).
    """
    if abs(zones) <= get_rule("negligible_zones", day).value:
        return 0, 0
    direction = "eastward" if zones > 0 else "westward"
    full = abs(zones) * get_rule(f"jet_lag_hours_per_zone_{direction}", day).value * 60
    return min(full, get_rule("jet_lag_hours_max", day).value * 60), full


def arrival_buffer_minutes(
    *,
    origin_zone: str,
    destination_zone: str,
    arrives_at: datetime,
    is_patient: bool,
    assistance: Collection[Assistance],
    is_international: bool = True,
    ground_minutes: int | None = None,
) -> tuple[int, str]:
    """Return minutes from arrival at the gateway until an appointment may start, and why.

    Formalities, help on the way, the way to the facility (``ground_minutes``, or the rule's value
    when not known), registration, and for the patient's party rest after a change of zones.
    """
    day = arrives_at.date()
    reach = "international" if is_international else "domestic"
    formalities = get_rule(f"formalities_minutes_{reach}", day).value
    ground = get_rule("ground_minutes", day).value if ground_minutes is None else ground_minutes
    registration = get_rule("registration_minutes", day).value
    total = formalities + ground + registration
    parts = [
        f"{formalities} min {reach} formalities",
        f"{ground} min to the facility",
        f"{registration} min registration",
    ]
    if assistance:
        helped = get_rule("assistance_minutes", day).value
        total += helped
        parts.insert(1, f"{helped} min for assistance")
    if is_patient:
        zones = zones_crossed(origin_zone, destination_zone, arrives_at)
        planned, full = jet_lag_minutes(zones, day)
        if planned:
            total += planned
            parts.append(_rest_words(zones, planned, full))
    return total, "; ".join(parts)


def check_in_lead_minutes(
    *,
    departs_at: datetime,
    assistance: Collection[Assistance],
    is_international: bool = True,
    ground_minutes: int | None = None,
) -> int:
    """Return how long before departure the party must be free: the way to the airport, check-in."""
    day = departs_at.date()
    reach = "international" if is_international else "domestic"
    minutes = get_rule(f"check_in_minutes_{reach}", day).value
    if assistance:
        minutes += get_rule("assistance_check_in_minutes", day).value
    ground = get_rule("ground_minutes", day).value if ground_minutes is None else ground_minutes
    return minutes + ground


def min_connection_minutes(assistance: Collection[Assistance], day: date | None = None) -> int:
    """Return the least time at a change of flight; ``day`` defaults to the rule still open."""
    name = "connection_minutes_with_assistance" if assistance else "connection_minutes"
    if day is not None:
        return get_rule(name, day).value
    return next(one.value for one in _load_rules() if one.name == name and one.period.last is None)


def airline_notices(
    *, departs_at: datetime, assistance: Collection[Assistance]
) -> tuple[Notice, ...]:
    """Return what the airline must be told before a flight, soonest due first; often nothing.

    Orders sent to an airline have no field for these: a person calls.
    """
    require_utc(departs_at, "departs_at")
    if not assistance:
        return ()
    day = departs_at.date()
    kinds = " and ".join(sorted(assistance))
    notices = [
        _notice("assistance_notice_hours", f"tell the airline about the {kinds}", departs_at)
    ]
    if Assistance.OXYGEN in assistance:
        age = get_rule("medical_certificate_days", day).value
        form = f"send the airline the medical clearance form (MEDIF), at most {age} days old"
        notices.append(_notice("medical_clearance_hours", form, departs_at))
    return tuple(sorted(notices, key=lambda notice: notice.due_at))


def _notice(rule_name: str, what: str, departs_at: datetime) -> Notice:
    rule = get_rule(rule_name, departs_at.date())
    due_at = (departs_at - timedelta(hours=rule.value)).astimezone(UTC)
    source = next(where for value, where in rule.sources if value == rule.value)
    strict = ", the strictest of several" if rule.is_disputed else ""
    sentence = f"{what} at least {rule.value} hours before departure{strict}"
    return Notice(due_at, sentence[0].upper() + sentence[1:], source)


def _rest_words(zones: int, planned: int, full: int) -> str:
    direction = "eastward" if zones > 0 else "westward"
    words = f"{planned // 60} h rest after {abs(zones)} time zones {direction}"
    if full > planned:
        words += f" (the rule says {full // 60} h; the clinician decides whether to add)"
    return words


@lru_cache(maxsize=1)
def _load_rules() -> tuple[FitnessRule, ...]:
    text = (files("seed_data") / _FILE).read_text(encoding="utf-8")
    try:
        document = _Document.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise InvalidField(f"seed_data/{_FILE}", f"cannot be read: {error}") from error
    return tuple(
        FitnessRule(
            name=row.name,
            value=(max if row.take == "largest" else min)(one.value for one in row.sources),
            period=EffectivePeriod(row.first, row.last),
            sources=tuple((one.value, one.source) for one in row.sources),
        )
        for row in document.rules
    )
