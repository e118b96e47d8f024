"""Values as words for people, where `scheduling.documents.wording` has no words for them yet.

Amounts, moments and spans of an itinerary read the same on a page as in the documents: they come
from there. Here are plain dates, differences, counts, zones and languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from logistics.timing import to_local
from pricing.money import Money
from scheduling.documents import wording
from scheduling.itinerary import LocalInstant

MINUS: Final = "−"
_LANGUAGES: Final = {
    "ar": "Arabic", "bn": "Bengali", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ko": "Korean", "ms": "Malay", "nl": "Dutch", "no": "Norwegian",
    "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish",
    "sw": "Swahili", "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def format_difference(amount: Money) -> str:
    """Return an amount with its sign: ``"+USD 12.00"``, ``"−USD 3.00"``, ``"the same"``."""
    if not amount.minor:
        return "the same"
    size = wording.money(Money(abs(amount.minor), amount.currency))
    return f"{'+' if amount.minor > 0 else MINUS}{size}"


def format_date(day: date) -> str:
    """Return the day as ``"Tue 8 Dec 2026"``."""
    # Noon in UTC lies on the day itself, so the one voice for days can say it.
    return wording.day(_noon(day))


def format_short_date(day: date) -> str:
    """Return the day without its year, as ``"Tue 8 Dec"``."""
    return wording.short_day(_noon(day))


def format_instant(instant: datetime, zone: str) -> str:
    """Return the moment at a place, as ``"Tue 8 Dec 2026, 14:05 CET"``."""
    return wording.moment(LocalInstant(instant, zone))


def format_zone(instant: datetime, zone: str) -> str:
    """Return a zone with its offset at that instant, as ``"Europe/Zurich, UTC+1"``."""
    offset = to_local(instant, zone).utcoffset() or timedelta(0)
    return f"{zone.replace('_', ' ')}, {format_offset(offset)}"


def format_offset(offset: timedelta) -> str:
    """Return an offset from UTC, as ``"UTC+5:30"``."""
    minutes = int(offset / timedelta(minutes=1))
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else MINUS}{hours}" + (f":{rest:02}" if rest else "")


def format_count(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, as ``"1 night"`` or ``"3 nights"``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def format_language(tag: str) -> str:
    """Return the English name of a language's BCP 47 primary tag, or the tag where unknown."""
    return _LANGUAGES.get(tag, tag)


def format_list(words: Sequence[str]) -> str:
    """Return the words joined as in a sentence: ``"a, b and c"``."""
    *others, last = words or ("",)
    return f"{', '.join(others)} and {last}" if others else last


def format_words(code: str) -> str:
    """Return a code as words: ``"premium_economy"`` becomes ``"premium economy"``."""
    return code.replace("_", " ")


def _noon(day: date) -> LocalInstant:
    return LocalInstant(datetime.combine(day, time(12), tzinfo=UTC), "UTC")
