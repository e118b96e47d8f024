"""Which payers pay for patients from abroad, told by words of their names.

The words are a judgement of ours, shown with every answer and replaceable by the caller: nothing in
a price file says where a payer's members come from.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final


class PayerGroup(StrEnum):
    """Whose patients a payer pays for."""

    EMBASSY = "embassy"
    INTERNATIONAL = "international"
    DOMESTIC = "domestic"


EMBASSY_WORDS: Final = (
    "embassy", "embassies", "consulate", "consular", "military attache", "cultural mission",
    "health attache", "health office", "medical office of kuwait", "ministry of health",
    "ministry of defense", "ministry of defence", "ministry of interior", "royal court",
    "armed forces of", "amiri diwan",
)  # fmt: skip
INTERNATIONAL_WORDS: Final = (
    "international", "intl", "global", "worldwide", "overseas", "foreign", "expatriate",
    "bupa", "geoblue", "allianz care", "axa", "now health", "william russell", "vumi",
    "pan american life", "best doctors", "redbridge", "one team health", "olympus",
    "global excel", "qhm", "hamad", "kuwait", "saudi", "qatar", "emirates", "abu dhabi", "dubai",
    "bermuda", "cayman", "bahamas", "canada", "canadian", "ontario", "ohip", "alberta",
    "british columbia", "quebec", "ramq", "manitoba", "saskatchewan", "nova scotia",
    "new brunswick", "newfoundland", "province of",
)  # fmt: skip
HOME_WORDS: Final = (
    "union", "brotherhood", "laborers", "teamsters", "longshoremen", "workers", "ontario ca",
    "global benefits group domestic", "international paper", "international business machines",
)  # fmt: skip
"""Names with these are domestic, whatever else is in them: a union is called international."""


@dataclass(frozen=True, slots=True)
class GroupWords:
    """The words by which payers are told apart, in lower case."""

    embassy: tuple[str, ...] = EMBASSY_WORDS
    international: tuple[str, ...] = INTERNATIONAL_WORDS
    home: tuple[str, ...] = HOME_WORDS

    def group_of(self, payer: str | None, plan: str | None) -> PayerGroup:
        """Return the group of a payer and plan; whole words count, case and marks do not."""
        return _group(self, payer or "", plan or "")


def read_words(text: str) -> GroupWords:
    """Return the words of a JSON object with the lists embassy, international and domestic.

    A list that is left out stays as it is here.

    Raises:
        ValueError: the text is no such object.
    """
    found = json.loads(text)
    if not isinstance(found, dict) or not found.keys() <= {"embassy", "international", "domestic"}:
        raise ValueError("expected an object with embassy, international or domestic")
    lists = {name: _listed(name, words) for name, words in found.items()}
    return GroupWords(
        embassy=lists.get("embassy", EMBASSY_WORDS),
        international=lists.get("international", INTERNATIONAL_WORDS),
        home=lists.get("domestic", HOME_WORDS),
    )


@lru_cache(maxsize=4096)
def _group(words: GroupWords, payer: str, plan: str) -> PayerGroup:
    """Return the group of a payer and plan; few of them stand in many rows and files."""
    name = f" {_plain(f'{payer} {plan}')} "
    if _any(words.home, name):
        return PayerGroup.DOMESTIC
    if _any(words.embassy, name):
        return PayerGroup.EMBASSY
    return PayerGroup.INTERNATIONAL if _any(words.international, name) else PayerGroup.DOMESTIC


def _listed(name: str, words: object) -> tuple[str, ...]:
    if not isinstance(words, list) or not all(isinstance(one, str) for one in words):
        raise ValueError(f"{name} must be a list of words")
    return tuple(_plain(one) for one in words)


def _plain(text: str) -> str:
    """Return a text's words in lower case with one space between, without marks."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _any(words: tuple[str, ...], name: str) -> bool:
    return any(f" {word} " in name for word in words)
