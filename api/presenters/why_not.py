"""Why not? The options of a problem document, and in words what kept each out of the best."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.formatting import MINUS, format_count, format_difference
from pricing.money import Money
from scheduling.documents import wording
from scheduling.planning import Plan, Proposal

OPTIONS_A_PAGE: Final = 12
KINDS: Final = {
    "slots": "Appointments",
    "outbound": "Flights there",
    "return": "Flights home",
    "lodgings": "Lodging",
    "transfers": "Transfers",
}
_BADGES: Final = {
    "chosen": ("good", "In the best visit"),
    "rule": ("bad", "Breaks a rule"),
    "impossible": ("bad", "Fits no visit"),
    "dearer": ("warn", "Costs more"),
    "tie": ("plain", "Just as good"),
    "unknown": ("plain", "Not known"),
}
_RULES: Final = {
    "order": "The appointments would not keep their order and the time between them.",
    "arrival_buffer": "Nobody could be there, rested, in time for an appointment.",
    "recovery": "It would mean leaving before the rest after the appointment is over.",
    "earliest_departure": "It leaves home too early.",
    "home_by": "It comes home too late.",
    "max_nights": "The stay would be longer than wished.",
    "meeting": "The travellers would arrive too far apart.",
    "parting": "The travellers would leave too far apart.",
    "seats": "It has too few seats left.",
    "connections": "It has more changes of flight than allowed.",
    "connection_time": "A change of flight is too short.",
    "segment_length": "A single flight takes longer than allowed.",
    "travel_time": "The journey takes longer than allowed.",
    "journey_services": "It does not offer the assistance that is needed.",
    "rooms": "It has too few rooms left on a night of the stay.",
    "min_nights": "It sells only longer stays.",
    "lodging_services": "It is not step-free.",
    "transfer_seats": "It has too few seats.",
    "transfer_services": "It is not step-free.",
    "offers": "Nothing else on offer goes with it.",
}
_TIMED: Final = frozenset(("connection_time", "segment_length", "travel_time"))


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a problem document; ``name`` is unique in it (``outbound/F7``)."""

    kind: str
    id: str
    label: str
    price: Money | None

    @property
    def name(self) -> str:
        """Return the kind and the id, as the optimizer is asked about it."""
        return f"{self.kind}/{self.id}"


def list_options(document: bytes) -> tuple[Option, ...]:
    """Return every option of a problem document, in its order."""
    problem = json.loads(document)
    currency = problem["currency"]
    return tuple(
        Option(
            kind=kind,
            id=row["id"],
            label=row.get("label") or row["id"],
            price=Money(row["price_cents"], currency) if kind != "lodgings" else None,
        )
        for kind in KINDS
        for row in problem[kind]
    )


def present_choice_of_options(
    options: Sequence[Option], *, kind: str, text: str, option: str = "", page: int = 1
) -> tuple[dict[str, Any], tuple[Option, ...]]:
    """Return the kinds with their counts and where the reader is, and the options to explain.

    ``option`` asks for one option by its id or name, whatever its kind; else those of the kind
    whose labels hold every word of the text are found, a page at a time.
    """
    words = text.casefold().split()
    found = [
        one
        for one in options
        if (option in {one.id, one.name} if option else one.kind == kind)
        and all(word in one.label.casefold() for word in words)
    ]
    if option and found:
        kind = found[0].kind
    pages = max(1, -(-len(found) // OPTIONS_A_PAGE))
    shown = min(max(page, 1), pages)
    about = {
        "kinds": [
            {
                "kind": one,
                "label": label,
                "count": f"{sum(known.kind == one for known in options):,}",
                "is_shown": one == kind,
            }
            for one, label in KINDS.items()
        ],
        "kind": kind,
        "kind_label": KINDS[kind],
        "text": text,
        "found": format_count(len(found), "option"),
        "page": shown,
        "pages": pages,
    }
    start = (shown - 1) * OPTIONS_A_PAGE
    return about, tuple(found[start : start + OPTIONS_A_PAGE])


def present_reasons(
    plan: Plan, options: Iterable[Option], reasons: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return each option with its badge and the reason in words; reasons are in their order."""
    return [
        {
            "label": option.label,
            "id": option.id,
            "price": wording.money(option.price) if option.price else "",
            "badge": dict(zip(("kind", "words"), _BADGES[reason["verdict"]], strict=True)),
            "sentence": reason_sentence(reason, plan.best),
        }
        for option, reason in zip(options, reasons, strict=True)
    ]


def reason_sentence(reason: Mapping[str, Any], best: Proposal | None) -> str:
    """Return in words why an option is not in the best visit; ``best`` is what it lost to."""
    match reason["verdict"]:
        case "chosen":
            return "It is part of the best visit."
        case "rule" | "impossible":
            return " ".join(rule_sentence(rule) for rule in reason["rules"]) or reason["sentence"]
        case "dearer" if best is not None:
            return _dearer(reason, best)
        case "tie":
            return "The best visit with it weighs exactly the same; the order of offers decided."
        case _:
            return str(reason["sentence"])


def rule_sentence(rule: Mapping[str, Any]) -> str:
    """Return which rule an option breaks, with what is allowed where that is a number."""
    sentence = _RULES.get(rule["rule"]) or str(rule["sentence"])
    limit, nearest = rule.get("limit"), rule.get("nearest")
    if not (isinstance(limit, int) and isinstance(nearest, int)):
        return sentence
    if rule["rule"] in _TIMED:
        return (
            f"{sentence[:-1]}: {wording.duration(nearest)}, the limit is {wording.duration(limit)}."
        )
    if rule["rule"] == "connections":
        return f"{sentence[:-1]}: {nearest}, allowed {limit}."
    return sentence


def _dearer(reason: Mapping[str, Any], best: Proposal) -> str:
    currency = best.coverage.currency
    more = wording.money(Money(reason["extra_cents"], currency))
    told = _differences(reason["parts"], best.parts, currency)
    listed = f": {', '.join(told)}" if told else ""
    return f"The best visit with it weighs {more} more{listed}."


def _differences(with_it: Mapping[str, Any], best: Mapping[str, Any], currency: str) -> list[str]:
    writers: tuple[tuple[str, str, Callable[[int], str]], ...] = (
        ("patient_cents", "the patient pays {}", lambda cents: _money(cents, currency)),
        ("payer_cents", "the plan pays {}", lambda cents: _money(cents, currency)),
        ("burden_minutes", "travel burden {}", _minutes),
        ("waiting_days", "waiting {}", _days),
        ("mismatch_points", "specialist match {} points", lambda points: f"{points:+}"),
    )
    return [
        words.format(write(difference))
        for key, words, write in writers
        if (difference := with_it[key] - best[key])
    ]


def _money(cents: int, currency: str) -> str:
    return format_difference(Money(cents, currency))


def _minutes(minutes: int) -> str:
    return _sign(minutes) + wording.duration(abs(minutes))


def _days(days: int) -> str:
    return _sign(days) + format_count(abs(days), "day")


def _sign(number: int) -> str:
    return "+" if number > 0 else MINUS
