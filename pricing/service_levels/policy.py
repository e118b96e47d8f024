"""The coverage policy of a service level: a dated document with caps, read and validated.

The documents live in ``seed_data/service_levels``; this module knows their shape, not their
amounts. A cap of None means the kind of cost is not covered at all. Amounts are decimal text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from pricing.effective import EffectivePeriod, find_in_force
from pricing.errors import InvalidAmount, InvalidPolicy, NoPolicyInForce
from pricing.money import Money
from pricing.service_levels.decision import LineKind

FORMAT = "sojourn-service-level/1"

_KEYS = {
    "format",
    "level",
    "version",
    "title",
    "valid_from",
    "valid_to",
    "currency",
    "source",
    "companions_covered",
    "rooms_covered",
    "caps",
    "trip_cap",
}


@dataclass(frozen=True, slots=True)
class CoveragePolicy:
    """One version of what a service level pays.

    ``caps`` holds for each kind of cost the most that is paid for one unit: a ticket, a
    room-night, a ride, an appointment, a person's meals of a day. ``trip_cap`` bounds the whole
    visit, None leaves it unbounded.
    """

    level: str
    version: str
    title: str
    period: EffectivePeriod
    currency: str
    source: str
    companions_covered: int
    rooms_covered: int
    caps: Mapping[LineKind, Money | None]
    trip_cap: Money | None


def parse_policy(text: str, name: str) -> CoveragePolicy:
    """Return the policy written in a YAML document; ``name`` is used in error texts.

    Raises InvalidPolicy naming the key at fault.
    """
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidPolicy(name, f"not readable as YAML: {error}") from error
    if not isinstance(document, dict):
        raise InvalidPolicy(name, "must be a mapping of keys to values")
    _require_keys(document, _KEYS, name, "document")
    if document["format"] != FORMAT:
        raise InvalidPolicy(name, f"format: must be {FORMAT!r}")
    caps = document["caps"]
    if not isinstance(caps, dict):
        raise InvalidPolicy(name, "caps: must be a mapping")
    _require_keys(caps, {kind.value for kind in LineKind}, name, "caps")
    currency = _text(document, "currency", name)
    return CoveragePolicy(
        level=_text(document, "level", name),
        version=_text(document, "version", name),
        title=_text(document, "title", name),
        period=_period(document, name),
        currency=currency,
        source=_text(document, "source", name),
        companions_covered=_count(document, "companions_covered", name),
        rooms_covered=_count(document, "rooms_covered", name),
        caps={kind: _amount(caps[kind.value], currency, name, kind.value) for kind in LineKind},
        trip_cap=_amount(document["trip_cap"], currency, name, "trip_cap"),
    )


def get_policy(policies: tuple[CoveragePolicy, ...], *, level: str, day: date) -> CoveragePolicy:
    """Return the version of the level's policy in force on that day; raises NoPolicyInForce."""
    policy = find_in_force((one for one in policies if one.level == level), day)
    if policy is None:
        raise NoPolicyInForce(level, day.isoformat())
    return policy


def require_no_overlap(policies: tuple[CoveragePolicy, ...]) -> None:
    """Raise InvalidPolicy when two versions of one level apply on the same day."""
    for place, one in enumerate(policies):
        for other in policies[place + 1 :]:
            if one.level == other.level and one.period.overlaps(other.period):
                raise InvalidPolicy(other.version, f"overlaps {one.version} in time")


def _require_keys(document: Mapping[str, Any], keys: set[str], name: str, where: str) -> None:
    missing, unknown = sorted(keys - set(document)), sorted(set(document) - keys)
    if missing:
        raise InvalidPolicy(name, f"{where}: {missing[0]} is missing")
    if unknown:
        raise InvalidPolicy(name, f"{where}: {unknown[0]} is not a key of it")


def _text(document: Mapping[str, Any], key: str, name: str) -> str:
    value = document[key]
    if not isinstance(value, str) or not value.strip():
        raise InvalidPolicy(name, f"{key}: must be text")
    return value


def _count(document: Mapping[str, Any], key: str, name: str) -> int:
    value = document[key]
    if type(value) is not int or value < 0:
        raise InvalidPolicy(name, f"{key}: must be a whole number, 0 or more")
    return value


def _period(document: Mapping[str, Any], name: str) -> EffectivePeriod:
    first, last = document["valid_from"], document["valid_to"]
    if type(first) is not date or not (last is None or type(last) is date):
        raise InvalidPolicy(name, "valid_from, valid_to: must be dates like 2026-01-31")
    try:
        return EffectivePeriod(first, last)
    except ValueError as error:
        raise InvalidPolicy(name, f"valid_to: {error}") from error


def _amount(value: object, currency: str, name: str, key: str) -> Money | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidPolicy(name, f"{key}: write the amount as text in quotes, like '1250.00'")
    try:
        amount = Money.parse(value, currency)
    except InvalidAmount as error:
        raise InvalidPolicy(name, f"{key}: {error}") from error
    if amount.minor < 0:
        raise InvalidPolicy(name, f"{key}: must not be negative")
    return amount
