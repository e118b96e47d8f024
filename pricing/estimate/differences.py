"""What differs between two versions of an estimate: items added, removed, changed, and the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pricing.documents.scalars import Part
from pricing.estimate.estimate_document import Estimate, Item
from pricing.estimate.totals import charge_of, shares_of, total_of
from pricing.money import Money

_WORDS: Final = {
    "name": "name",
    "birth_date": "date of birth",
    "description": "what it is",
    "date": "date",
    "code_type": "kind of code",
    "code": "code",
    "quantity": "quantity",
    "provider": "provider",
    "source": "where the figure is from",
    "kind": "kind",
    "convening": "gives the estimate",
    "npi": "NPI",
    "tin": "TIN",
    "state": "state",
    "location": "location",
    "asked_on": "asked on",
    "answered_on": "answered on",
}
"""Fields by what they are called; an item's charge is told as an amount."""

_HEAD: Final = {
    "valid_until": "valid until",
    "scheduled_on": "scheduled on",
    "requested_on": "asked for on",
    "changed_on": "change of scope known on",
}


@dataclass(frozen=True, slots=True)
class Change:
    """One field with what it was and what it is; "" where nothing is stated."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that is in both versions and not the same; ``by`` is how much more it is now."""

    id: str
    description: str
    changes: tuple[Change, ...]
    by: Money


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs; ``by`` is how much more the total is now."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[ItemChange, ...]
    others: tuple[Change, ...]
    by: Money

    def __bool__(self) -> bool:
        """Return whether anything differs."""
        return bool(self.added or self.removed or self.changed or self.others)


def compare_versions(before: Estimate, after: Estimate) -> Differences:
    """Return what differs; items are the same by their id. Raises CurrencyMismatch."""
    old, new = ({one.id: one for one in version.items} for version in (before, after))
    return Differences(
        added=tuple(one for one in after.items if one.id not in old),
        removed=tuple(one for one in before.items if one.id not in new),
        changed=tuple(
            _item_change(before, old[one.id], after, one)
            for one in after.items
            if one.id in old and one != old[one.id]
        ),
        others=tuple(_others(before, after)),
        by=total_of(after) - total_of(before),
    )


def _item_change(before: Estimate, old: Item, after: Estimate, new: Item) -> ItemChange:
    was, now = charge_of(before, old), charge_of(after, new)
    changes = [*_fields(old, new, _WORDS)]
    if was != now:
        changes.append(Change("expected charge", was.to_decimal_text(), now.to_decimal_text()))
    return ItemChange(new.id, new.description, tuple(changes), now - was)


def _others(before: Estimate, after: Estimate) -> Iterable[Change]:
    yield from _fields(before, after, _HEAD)
    yield from _named("patient", _fields(before.patient, after.patient, _WORDS))
    yield from _named("primary service", _fields(before.primary, after.primary, _WORDS))
    yield from _providers(before, after)
    for name, one in (("diagnoses", "diagnoses"), ("separate", "scheduled separately")):
        yield from _lists(one, getattr(before, name), getattr(after, name))
    if before.disclaimers != after.disclaimers:
        yield Change("disclaimers", " ".join(before.disclaimers), " ".join(after.disclaimers))
    was, now = shares_of(before), shares_of(after)
    for name, words in (("plan", "plan"), ("patient", "patient"), ("self_pay", "self-pay")):
        old, new = getattr(was, name), getattr(now, name)
        if old != new:
            yield Change(f"{words} pays", old.to_decimal_text(), new.to_decimal_text())


def _providers(before: Estimate, after: Estimate) -> Iterable[Change]:
    old, new = ({one.id: one for one in version.providers} for version in (before, after))
    for one in old:
        if one not in new:
            yield Change("provider", old[one].name, "")
    for one, provider in new.items():
        if one not in old:
            yield Change("provider", "", provider.name)
        else:
            yield from _named(provider.name, _fields(old[one], provider, _WORDS))


def _lists(what: str, before: tuple[Part, ...], after: tuple[Part, ...]) -> Iterable[Change]:
    if before != after:
        yield Change(what, *("; ".join(_words_of(one) for one in some) for some in (before, after)))


def _words_of(part: Part) -> str:
    stated = (getattr(part, name, None) for name in ("code", "description", "provider"))
    return " ".join(str(one) for one in stated if one)


def _named(whose: str, changes: Iterable[Change]) -> Iterable[Change]:
    for one in changes:
        yield Change(f"{whose}: {one.what}", one.before, one.after)


def _fields(before: Part, after: Part, words: dict[str, str]) -> Iterable[Change]:
    for name in type(before).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if name in words and old != new:
            yield Change(words[name], _shown(old), _shown(new))


def _shown(value: Any) -> str:  # noqa: ANN401 — whatever a field holds
    if isinstance(value, Part):
        stated = value.model_dump(exclude_defaults=True, mode="json")
        return ", ".join(f"{key} {one}" for key, one in stated.items()) or "typed"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
