"""Evidence as a document: amounts as exact text in dollars, each with file, row and date."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from pricing.price_files.asking import ChargeRow
from pricing.price_files.distribution import Distribution
from pricing.price_files.evidence import Evidence, HospitalEvidence, Rate

_DECIMALS_MIN: Final = 2


def to_document(evidence: Evidence) -> dict[str, Any]:
    """Return the evidence as JSON, the comparison first, then each hospital with every rate."""
    question = evidence.question
    return {
        "code": question.code,
        "type": question.type,
        "setting": question.setting,
        "billing_class": question.billing_class,
        "asked_on": evidence.asked_on.isoformat(),
        "comparison": [_line(one) for one in evidence.hospitals],
        "hospitals": [_hospital(one) for one in evidence.hospitals],
        "words": {
            "embassy": list(evidence.words.embassy),
            "international": list(evidence.words.international),
            "domestic": list(evidence.words.home),
        },
    }


def amount_text(amount: Decimal | None) -> str | None:
    """Return an amount with at least two decimals and no zeros behind them."""
    if amount is None:
        return None
    whole, _, fraction = f"{amount:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(_DECIMALS_MIN, '0')}"


def _line(one: HospitalEvidence) -> dict[str, Any]:
    """Return a hospital's line of the comparison."""
    return {
        "hospital": one.manifest.hospital,
        "facility": one.manifest.facility_id,
        "updated_on": _day(one),
        "gross_median": amount_text(one.gross.median) if one.gross else None,
        "cash_median": amount_text(one.cash.median) if one.cash else None,
        "negotiated": {name: _distribution(found) for name, found in one.negotiated.items()},
        "of_gross_median": {name: str(found.median) for name, found in one.of_gross.items()},
        "notices": len(one.notices),
    }


def _hospital(one: HospitalEvidence) -> dict[str, Any]:
    manifest = one.manifest
    return {
        "hospital": manifest.hospital,
        "facility": manifest.facility_id,
        "types": list(one.types),
        "source": {
            "dataset": manifest.id,
            "file": manifest.file.name,
            "sha256": manifest.file.sha256,
            "url": manifest.file.url,
            "updated_on": _day(one),
            "imported_at": manifest.imported_at.isoformat(),
        },
        "gross": _distribution(one.gross),
        "cash": _distribution(one.cash),
        "negotiated": {name: _distribution(found) for name, found in one.negotiated.items()},
        "of_gross": {name: _shares(found) for name, found in one.of_gross.items()},
        "rates": [_rate(rate) for rate in one.rates],
        "notices": list(one.notices),
    }


def _rate(rate: Rate) -> dict[str, Any]:
    row = rate.row
    return {
        "payer": row.payer,
        "plan": row.plan,
        "group": rate.group.value,
        "amount": amount_text(rate.amount),
        "basis": rate.basis,
        "of_gross": None if rate.of_gross is None else str(rate.of_gross),
        "is_counted": rate.is_counted,
        "unpriced": rate.unpriced,
        **_stated(row),
    }


def _stated(row: ChargeRow) -> dict[str, Any]:
    """Return what the file itself states in a row."""
    return {
        "row": row.row,
        "place": row.place,
        "codes": list(row.codes),
        "description": row.description,
        "setting": row.setting,
        "billing_class": row.billing_class,
        "modifiers": row.modifiers,
        "gross": amount_text(row.gross),
        "cash": amount_text(row.cash),
        "minimum": amount_text(row.minimum),
        "maximum": amount_text(row.maximum),
        "dollar": amount_text(row.dollar),
        "percent": None if row.percent is None else f"{row.percent.normalize():f}",
        "algorithm": row.algorithm,
        "methodology": row.methodology,
        "estimated": amount_text(row.estimated),
        "allowed": {
            "p10": amount_text(row.p10),
            "median": amount_text(row.median),
            "p90": amount_text(row.p90),
            "count": row.count,
        },
        "payer_notes": row.payer_notes,
        "notes": row.notes,
        "flags": list(row.flags),
    }


def _day(one: HospitalEvidence) -> str | None:
    day = one.manifest.updated_on
    return None if day is None else day.isoformat()


def _distribution(found: Distribution | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "count": found.count,
        "is_few": found.is_few,
        "min": amount_text(found.minimum),
        "p10": amount_text(found.p10),
        "median": amount_text(found.median),
        "p90": amount_text(found.p90),
        "max": amount_text(found.maximum),
    }


def _shares(found: Distribution) -> dict[str, Any]:
    return {
        "count": found.count,
        "is_few": found.is_few,
        "min": str(found.minimum),
        "p10": str(found.p10),
        "median": str(found.median),
        "p90": str(found.p90),
        "max": str(found.maximum),
    }
