"""Claims for their pages: how far each is, what was spent, what was planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Final

from flask import url_for

from api.formatting import (
    format_count,
    format_date,
    format_instant,
    format_list,
    format_short_date,
    format_words,
)
from logistics.claims.claim import Claim, ClaimMove, ClaimStatus, moves_of
from logistics.claims.receipt import Receipt
from logistics.trip_parts import name_of
from pricing.coverage.documents.trip_document import Expense, Trip, day_of
from pricing.coverage.kinds import Kind
from pricing.coverage.pieces import cut
from pricing.errors import PricingError
from pricing.money import Money
from scheduling.cost_split import DecidedLine
from scheduling.documents import wording
from scheduling.itinerary import Itinerary

_STATUSES: Final = {
    ClaimStatus.DRAFT: ("wait", "Draft, not filed yet"),
    ClaimStatus.FILED: ("warn", "Filed, waits for a decision"),
    ClaimStatus.DECIDED: ("good", "Decided"),
    ClaimStatus.WITHDRAWN: ("bad", "Withdrawn"),
}
_NEXT: Final = {
    ClaimStatus.DRAFT: "Add what was spent and the receipts; then file the claim.",
    ClaimStatus.FILED: "Somebody else decides it. Take it back to change anything.",
    ClaimStatus.DECIDED: "Nothing can be changed any more; whoever decides can reopen it.",
    ClaimStatus.WITHDRAWN: "Nothing is decided about it. Open another claim instead.",
}
_UTC: Final = "UTC"

_KILO: Final = 1_000


def present_claim_list(claims: Sequence[Claim]) -> list[dict[str, Any]]:
    """Return the claims of a case, the newest first."""
    return [
        {
            "href": url_for("claims.claim_page", claim_id=claim.id),
            **_head(claim),
            "expenses": format_count(len(claim.trip.expenses), "expense"),
            "filed": _filed(claim),
        }
        for claim in reversed(claims)
    ]


def present_claim(
    claim: Claim, receipts: Sequence[Receipt], itinerary: Itinerary | None
) -> dict[str, Any]:
    """Return everything a claim's page shows."""
    moves = moves_of(claim.status)
    planned = itinerary.coverage.lines if itinerary and claim.is_open else ()
    return {
        **_head(claim),
        "version": claim.version,
        "next": _NEXT[claim.status],
        "facts": _facts(claim),
        "expenses": [_expense(claim, one, receipts) for one in claim.trip.expenses],
        "planned": [_planned(claim, line) for line in planned],
        "is_open": claim.is_open,
        "may_file": ClaimMove.FILE in moves and bool(claim.trip.expenses),
        "may_take_back": ClaimMove.TAKE_BACK in moves,
        "may_withdraw": ClaimMove.WITHDRAW in moves,
        "decision": _decision_href(claim),
        "decision_words": "What it would come to" if claim.is_open else "What the plan pays",
    }


def present_status(claim: Claim) -> dict[str, str]:
    """Return how far a claim is, with the colour that goes with it."""
    kind, words = _STATUSES[claim.status]
    return {"kind": kind, "words": words}


def claimed_words(trip: Trip) -> str:
    """Return what the expenses come to, each currency for itself: ``"USD 300.00 and CHF 20.00"``.

    What states no amount, such as a car's miles, has none before the decision.
    """
    totals: dict[str, Money] = {}
    for expense in trip.expenses:
        amount = _whole(trip, expense)
        if amount is not None:
            known = totals.get(amount.currency, Money.zero(amount.currency))
            totals[amount.currency] = known + amount
    return format_list([wording.money(one) for one in totals.values()] or ["nothing stated"])


def planned_kind(line: DecidedLine) -> Kind:
    """Return which kind of expense a planned cost line becomes."""
    if line.kind.value == "ground":
        words = line.label.lower()
        public = Kind.TRANSIT if "public" in words else Kind.SHUTTLE
        return Kind.TAXI if "taxi" in words else public
    return {"air": Kind.AIR, "lodging": Kind.LODGING, "meals": Kind.MEALS}.get(
        line.kind.value, Kind.CONSULTATION
    )


def _head(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id,
        "title": f"Claim {claim.number} of {claim.case_reference}",
        "status": present_status(claim),
        "dates": _days(claim.trip),
        "claimed": claimed_words(claim.trip),
    }


def _days(trip: Trip) -> str:
    first, last = (format_date(day_of(one)) for one in (trip.starts, trip.ends))
    return first if first == last else f"{first} to {last}"


def _filed(claim: Claim) -> str:
    return format_instant(claim.filed_at, _UTC) if claim.filed_at else ""


def _facts(claim: Claim) -> list[dict[str, str]]:
    trip = claim.trip
    people = [trip.patient.id, *(one.id for one in trip.companions)]
    pairs = [
        ("Days away", _days(trip)),
        ("Travellers", format_list([name_of(one) for one in people])),
        ("Where", ", ".join(filter(None, (trip.site.name, trip.site.city)))),
        ("Claimed", claimed_words(trip)),
        ("Opened", format_instant(claim.opened_at, _UTC)),
        ("Filed", _filed(claim)),
    ]
    return [{"label": label, "text": text} for label, text in pairs if text]


def _expense(claim: Claim, expense: Expense, receipts: Iterable[Receipt]) -> dict[str, Any]:
    files = [one for one in receipts if one.expense_id == expense.id]
    address: dict[str, Any] = {"claim_id": claim.id, "expense_id": expense.id}
    return {
        "id": expense.id,
        "what": wording.KIND_WORDS[expense.kind],
        "item": expense.item or "",
        "when": _when(expense),
        "who": format_list([name_of(one) for one in expense.travellers or ()]) or "everybody",
        "amount": _amount_words(claim.trip, expense),
        "receipts": [present_receipt(one) for one in files],
        "on_paper": bool(expense.receipt),
        "href": url_for("claim_expenses.expense_page", **address),
        "remove_href": url_for("claim_expenses.remove", **address),
    }


def present_receipt(receipt: Receipt) -> dict[str, str]:
    """Return a receipt with its addresses."""
    address: dict[str, Any] = {"claim_id": receipt.claim_id, "receipt_id": receipt.id}
    return {
        "name": receipt.name,
        "size": size_words(receipt.size),
        "href": url_for("claim_receipts.receipt_file", **address),
        "remove_href": url_for("claim_receipts.remove", **address),
    }


def size_words(size: int) -> str:
    """Return a number of bytes as somebody reads it: ``"340 kB"``, ``"4.9 MB"``."""
    if size < _KILO:
        return format_count(size, "byte")
    if size < _KILO * _KILO:
        return f"{size // _KILO} kB"
    return f"{size // 100_000 / 10:g} MB"


def _when(expense: Expense) -> list[str]:
    """Return the day of an expense, or its first and last."""
    if expense.kind is Kind.LODGING:
        days = [expense.check_in, expense.check_out]
    elif expense.kind is Kind.MEALS:
        days = [expense.first, expense.last]
    else:
        days = [expense.day, *(leg.day for leg in expense.legs or ())]
    known = sorted({day for day in days if day is not None})
    if not known:
        return ["the whole trip" if expense.kind is Kind.MEALS else "no day stated"]
    return [format_short_date(day) for day in dict.fromkeys((known[0], known[-1]))]


def _amount_words(trip: Trip, expense: Expense) -> str:
    whole = _whole(trip, expense)
    if whole is not None:
        return wording.money(whole)
    for unit in ("mi", "km"):
        stated = [getattr(one, f"distance_{unit}") for one in (expense, *(expense.legs or ()))]
        known = [one for one in stated if one is not None]
        if known:
            return f"{sum(known, Decimal(0)).normalize():f} {unit}"
    return "as the policy allows"


def _whole(trip: Trip, expense: Expense) -> Money | None:
    """Return what an expense comes to in its own currency; None where it states no amount."""
    currency = expense.currency or trip.currency
    try:
        pieces = cut(trip.model_copy(update={"expenses": (expense,)}))
    except PricingError:
        return None if expense.amount is None else Money.parse(f"{expense.amount:f}", currency)
    stated = [piece.amount for piece in pieces if piece.amount is not None]
    return Money(sum(stated), currency) if stated else None


def _planned(claim: Claim, line: DecidedLine) -> dict[str, str]:
    kind = planned_kind(line)
    return {
        "label": line.label,
        "amount": wording.money(line.amount),
        "kind": format_words(kind.value),
        "href": url_for(
            "claim_expenses.new_page", claim_id=claim.id, kind=kind.value, planned=line.key
        ),
    }


def _decision_href(claim: Claim) -> str:
    if claim.status is ClaimStatus.WITHDRAWN or not claim.trip.expenses:
        return ""
    return url_for("claim_decisions.decision_page", claim_id=claim.id)
