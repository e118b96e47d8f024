"""Evidence about a code with what Medicare pays for it beside, as one document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any, Final

from pricing.errors import PricingError
from pricing.medicare.inpatient import inpatient_payment
from pricing.medicare.outpatient import outpatient_payment
from pricing.medicare.payment import Payment, factor
from pricing.medicare.payment import to_document as payment_document
from pricing.medicare.physician import physician_payment
from pricing.medicare.rates import inpatient_rates, outpatient_rates
from pricing.medicare.shelf import Shelf
from pricing.medicare.tables import TableKind
from pricing.price_files.asking import CodeQuestion, open_desk, parse_code
from pricing.price_files.dataset import Manifest, current_for, current_of, list_manifests
from pricing.price_files.errors import DatasetNotFound
from pricing.price_files.evidence import Asked, Evidence, find_evidence
from pricing.price_files.evidence_document import to_document
from pricing.price_files.payer_groups import GroupWords

_SHARE: Final = Decimal("0.0001")
_HUNDRED: Final = 100
_HCPCS: Final = frozenset({"HCPCS", "CPT"})


@dataclass(frozen=True, slots=True)
class Shelves:
    """The folders in which datasets and Medicare's tables are kept."""

    price_files: Path
    benchmarks: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceQuestion:
    """What is asked: a code of hospitals, all of them where none is named.

    ``wage_index`` and ``locality`` are of the place that Medicare is asked about.
    """

    code: str
    kind: str | None = None
    facilities: Sequence[str] = ()
    hospitals: Sequence[str] = ()
    setting: str | None = None
    billing_class: str | None = None
    wage_index: str = "1"
    locality: str | None = None
    words: GroupWords = field(default_factory=GroupWords)


def ask_prices(shelves: Shelves, question: PriceQuestion, today: date) -> dict[str, Any]:
    """Return the evidence as JSON, with ``medicare`` and each hospital's ratio to it.

    Raises:
        DatasetNotFound: nothing was imported of a hospital, or of any.
        CodeNotPriced, SeveralCodeTypes, TooManyCharges: as `find_evidence` does.
        InvalidFactor: the wage index is none.
    """
    code, kind = parse_code(question.code, question.kind)
    asked = Asked(
        root=shelves.price_files,
        manifests=_chosen(shelves.price_files, question),
        question=CodeQuestion(
            code=code,
            type=kind,
            setting=question.setting,
            billing_class=question.billing_class,
        ),
        today=today,
        words=question.words,
    )
    wage_index = factor("wage index", question.wage_index)
    with open_desk() as desk:
        evidence = find_evidence(desk, asked)
    found = _benchmark(shelves, code, _meaning(evidence), wage_index, question.locality)
    return _with_medicare(to_document(evidence), evidence, found)


def _chosen(root: Path, question: PriceQuestion) -> tuple[Manifest, ...]:
    """Return the current dataset of each that was named, or of every hospital."""
    manifests = list_manifests(root)
    if not question.facilities and not question.hospitals:
        if not manifests:
            raise DatasetNotFound("any hospital")
        return tuple(current_of(manifests).values())
    chosen = [current_for(manifests, facility=one) for one in question.facilities]
    chosen += [current_for(manifests, hospital=one) for one in question.hospitals]
    return tuple({one.id: one for one in chosen}.values())


def _meaning(evidence: Evidence) -> str | None:
    """Return the type that was asked for, or the one under which the code was found."""
    if evidence.question.type is not None:
        return evidence.question.type
    return next((kind for one in evidence.hospitals for kind in one.types), None)


def _benchmark(
    shelves: Shelves, code: str, kind: str | None, wage_index: Decimal, locality: str | None
) -> Payment | str:
    """Return what Medicare pays, or why nobody can say."""
    shelf = Shelf(shelves.benchmarks)
    try:
        if kind == "MS-DRG":
            weights = shelf.get(TableKind.WEIGHTS)
            rates = inpatient_rates(weights.year)
            return inpatient_payment(weights, rates, code, wage_index=wage_index)
        if kind == "APC":
            apcs = shelf.get(TableKind.APCS)
            return outpatient_payment(
                apcs, outpatient_rates(apcs.year), code, wage_index=wage_index
            )
        if kind in _HCPCS and locality:
            services = shelf.get(TableKind.SERVICES)
            places = shelf.get(TableKind.LOCALITIES, services.year)
            return physician_payment(services, places, code, locality, in_facility=True)
    except PricingError as error:
        return str(error)
    if kind in _HCPCS:
        return "a physician's service is paid by locality; name one, such as TX-18"
    return f"Medicare has no price of its own for codes of type {kind or 'unknown'}"


def _with_medicare(
    document: dict[str, Any], evidence: Evidence, found: Payment | str
) -> dict[str, Any]:
    if isinstance(found, str):
        return {**document, "medicare": None, "no_medicare": found}
    amount = Decimal(found.amount.minor) / _HUNDRED
    for line, one in zip(document["comparison"], evidence.hospitals, strict=True):
        medians = {name: spread.median for name, spread in one.negotiated.items()}
        for name, spread in (("gross", one.gross), ("cash", one.cash)):
            if spread is not None:
                medians[name] = spread.median
        line["to_medicare"] = {name: str(_ratio(one, amount)) for name, one in medians.items()}
    return {**document, "medicare": payment_document(found), "no_medicare": None}


def _ratio(amount: Decimal, benchmark: Decimal) -> Decimal:
    return (amount / benchmark).quantize(_SHARE, ROUND_HALF_UP)
