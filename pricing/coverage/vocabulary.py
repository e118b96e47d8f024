"""The words that facts of a text may hold: closed lists, and words that are only the usual ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from pricing.coverage.kinds import GROUPS, Kind, find_kind_meant

_ALIKE: Final = 0.82
"""How much of a word must be that of a usual one, for it to be taken for a misspelling of it."""

CLOSED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "line.kind": tuple(Kind),
        "line.cabin": ("economy", "premium_economy", "business", "first"),
        "leg.direction": ("out", "return", "local"),
        "trip.stage": ("estimate", "claim"),
        "trip.kinds": tuple(Kind),
    }
)
"""Facts that never hold another word: trip documents are held to the same lists."""

USUAL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "care.setting": ("inpatient", "outpatient"),
        "person.role": ("patient", "companion", "attendant", "escort", "nurse", "donor", "parent"),
        "person.relation": (
            *("spouse", "partner", "parent", "mother", "father", "guardian", "caregiver"),
            *("child", "son", "daughter", "sibling", "brother", "sister", "friend", "relative"),
            *("grandparent", "grandchild"),
        ),
        "line.lodging_type": (
            *("hotel", "hostel", "motel", "apartment", "friends_family", "hospital_housing"),
        ),
    }
)
"""Facts that may hold any word, and the words that are written the same everywhere."""


def find_misspelling(
    fact: str, word: str, own: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> str | None:
    """Return what is wrong with a word that a fact is compared with, or None.

    ``own`` holds the words of the policy's own facts, by their path.
    """
    known = CLOSED.get(fact) or own.get(fact)
    if known is not None:
        return None if word in known else f"{fact} is never '{word}'; {_advice(word, known)}"
    usual = USUAL.get(fact, ())
    if word in usual:
        return None
    close = get_close_matches(_plain(word), usual, n=1, cutoff=_ALIKE)
    return f"'{word}' looks misspelt; did you mean '{close[0]}'?" if close else None


def _advice(word: str, known: Sequence[str]) -> str:
    if Kind.CAR in known and word in GROUPS:
        return f"{word} is a group: list its kinds, or use applies_to or covers"
    meant = find_kind_meant(word)
    close = [meant] if meant in known else get_close_matches(_plain(word), known, n=1)
    if close:
        return f"did you mean '{close[0]}'?"
    return f"it is one of {', '.join(known)}"


def _plain(word: str) -> str:
    return word.strip().lower().replace("-", "_").replace(" ", "_")
