"""Prices for an item of an estimate: what hospitals publish, and what an agreement allows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session

from api.coverage.apart import ask_apart
from api.coverage.wishes import answer_of
from api.errors import DocumentsRefused, FieldError, InvalidRequest
from api.operations.case_estimates import EstimateFile
from logistics.case_estimates import CaseEstimate
from logistics.errors import EstimateItemNotFound
from logistics.handle_estimate import price_items
from pricing.documents.faults import InvalidDocument
from pricing.estimate.as_claim import claim_of_estimate
from pricing.estimate.estimate_document import Estimate, Item
from pricing.estimate.figures import Figure, from_contract, from_evidence
from pricing.money import Money
from pricing.price_files.asking import (
    ChargeRow,
    CodeQuestion,
    Wanted,
    find_types,
    forms_of,
    list_rows,
    open_desk,
)
from pricing.price_files.dataset import current_of, folder_of, list_manifests
from pricing.price_files.errors import TooManyCharges
from pricing.price_files.evidence import HospitalEvidence, weigh
from pricing.price_files.payer_groups import GroupWords

CURRENCY: Final = "USD"
"""Of every price file."""
_CENT: Final = Decimal("0.01")
_UNKNOWN: Final = "nines"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPrice:
    """One price of one unit in a hospital's file; ``what`` says whose: cash, gross, a payer's.

    ``row`` is the first of the ``rows`` rows that say the very same.
    """

    hospital: str
    is_own: bool
    what: str
    modifiers: str | None
    amount: Decimal
    file: str
    row: int
    rows: int
    day: date

    @property
    def key(self) -> str:
        """Return what names this price, as long as the file says the same."""
        told = (self.file, self.row, self.what, self.modifiers, self.amount)
        return sha256(json.dumps([str(one) for one in told]).encode()).hexdigest()[:24]

    def figure_of(self, item: Item) -> Figure:
        """Return the charge of an item, all its units together, half up to the cent."""
        whole = (self.amount * item.quantity).quantize(_CENT, ROUND_HALF_UP)
        return from_evidence(
            Money.parse(f"{whole:f}", CURRENCY),
            file=self.file,
            row=self.row,
            day=self.day,
            note=f"{self.hospital}, {self.what}",
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """What weakens the prices of a hospital, or, without one, of all."""

    words: str
    hospital: str | None = None

    def __str__(self) -> str:
        """Return the words after the hospital's name."""
        return self.words if self.hospital is None else f"{self.hospital}: {self.words}"


@dataclass(frozen=True, slots=True)
class Published:
    """All prices of an item, those of the case's facilities first, and what weakens them."""

    prices: tuple[PublishedPrice, ...]
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class PricedItem:
    """What is priced: an item of the draft of a case."""

    file: EstimateFile
    draft: CaseEstimate
    item: Item


def find_priced_item(file: EstimateFile, item: str) -> PricedItem:
    """Return an item of the draft; raises EstimateItemNotFound."""
    if file.draft is not None:
        for one in file.draft.estimate.items:
            if one.id == item:
                return PricedItem(file, file.draft, one)
    raise EstimateItemNotFound(file.case.reference, item)


def published_of(at: PricedItem, root: Path, today: date) -> Published:
    """Return what is published about an item; nothing, and why, where it cannot be used."""
    currency = at.draft.estimate.currency
    if currency != CURRENCY:
        words = f"price files are in {CURRENCY}, and the estimate is in {currency}"
        return Published((), (Notice(words),))
    facilities = [one.id for one in at.file.facilities]
    try:
        return list_published(root, at.item, facilities, today)
    except TooManyCharges as error:
        return Published((), (Notice(str(error)),))


def list_published(root: Path, item: Item, facilities: Sequence[str], today: date) -> Published:
    """Return what imported price files say of an item's code; raises TooManyCharges."""
    question = CodeQuestion(code=item.code, type=item.code_type)
    manifests = sorted(
        current_of(list_manifests(root)).values(),
        key=lambda one: (one.facility_id not in facilities, one.hospital),
    )
    if not manifests:
        return Published((), ())
    folders = [folder_of(root, one.id) for one in manifests]
    with open_desk() as desk:
        types = find_types(desk, folders, forms_of(desk, question))
        wanted = [
            Wanted(folder, tuple(sorted({one for items in found.values() for one in items})))
            for folder, found in zip(folders, types, strict=True)
        ]
        rows = list_rows(desk, wanted, question)
    prices: list[PublishedPrice] = []
    notices: list[Notice] = []
    for manifest, found, charges in zip(manifests, types, rows, strict=True):
        if charges:
            weighed = weigh(manifest, tuple(found), charges, words=GroupWords(), today=today)
            is_own = manifest.facility_id in facilities
            prices += _prices(weighed, charges, is_own=is_own)
            notices += _notices(weighed)
    return Published(tuple(prices), tuple(notices))


def taken_from(published: Published, key: str, item: Item) -> dict[str, Figure]:
    """Return the charge that a price of the list makes of an item; raises InvalidRequest."""
    for price in published.prices:
        if price.key == key:
            return {item.id: price.figure_of(item)}
    words = "choose a price of the list; the files may have changed since it was shown"
    raise InvalidRequest((FieldError("published", words),))


def agreed_by(
    at: PricedItem, terms: str, *, setting: str | None, days: int | None
) -> dict[str, Figure]:
    """Return the charges that terms make of an item, and of what they price with it.

    Raises InvalidRequest where they make none, TooLongToDecide, DecidingBusy.
    """
    told = price_by_agreement(at.draft.estimate, at.item, terms, setting=setting, days=days)
    answer = answer_of(told)
    theirs, ours = answer["currency"], at.draft.estimate.currency
    if theirs != ours:
        words = (
            f"the agreement pays in {theirs}, and the estimate is in {ours}; write it in {theirs}"
        )
        raise DocumentsRefused((FieldError("terms", words),))
    figures = figures_of(answer, at.item)
    if not figures:
        line = next(one for one in answer["lines"] if one["id"] == at.item.id)
        raise DocumentsRefused((FieldError("terms", line["reason"] or "no term covers it"),))
    return figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """The charges somebody chose, the revision they looked at, and the field they chose in."""

    figures: Mapping[str, Figure]
    revision: int
    field: str


def save_pricing(
    session: Session, reference: str, pricing: Pricing, *, by: str, now: datetime
) -> CaseEstimate:
    """Store charges in the draft; raises InvalidRequest where the draft cannot have them.

    Raises EstimateItemNotFound, EstimateChanged.
    """
    try:
        return price_items(session, reference, pricing.figures, pricing.revision, by=by, now=now)
    except InvalidDocument as error:
        words = "; ".join(one.message for one in error.faults)
        hint = f"{words}; change who pays what in the draft first"
        raise InvalidRequest((FieldError(pricing.field, hint),)) from error


def price_by_agreement(
    estimate: Estimate, item: Item, terms: str, *, setting: str | None, days: int | None
) -> dict[str, Any]:
    """Return what terms allow for the items of an item's provider, as `ask_apart` tells it."""
    claim = claim_of_estimate(estimate, item.provider, setting=setting, days=days)
    return ask_apart("contract_price", {"terms": terms, "claim": json.dumps(claim)})


def figures_of(answer: dict[str, Any], item: Item) -> dict[str, Figure]:
    """Return the charges of an item and of whatever is priced together with it, by their ids.

    Nothing where no term covers it.
    """
    lines = {one["id"]: one for one in answer["lines"]}
    line = lines[item.id]
    if line["term"] is None:
        return {}
    together = next(
        (
            one["lines"]
            for one in answer["groups"]
            if one["term"] == line["term"] and item.id in one["lines"]
        ),
        [item.id],
    )
    return {
        name: from_contract(
            Money(lines[name]["allowed_cents"], answer["currency"]),
            terms=answer["terms"]["id"],
            term=lines[name]["term"],
            note=lines[name]["text"],
        )
        for name in together
    }


_Told = tuple[str, str | None, Decimal, int]


def _prices(
    weighed: HospitalEvidence, rows: list[ChargeRow], *, is_own: bool
) -> Iterator[PublishedPrice]:
    """Yield the prices of one file, each once: cash and gross charges, then each payer's."""
    manifest = weighed.manifest
    day = manifest.updated_on
    if day is None:
        return
    places: dict[tuple[str, str | None, Decimal], list[int]] = {}
    for what, modifiers, amount, row in (*_own(rows), *_payers(weighed)):
        places.setdefault((what, modifiers, amount), []).append(row)
    for (what, modifiers, amount), said in places.items():
        yield PublishedPrice(
            hospital=manifest.hospital,
            is_own=is_own,
            what=what,
            modifiers=modifiers,
            amount=amount,
            file=manifest.file.sha256,
            row=min(said),
            rows=len(set(said)),
            day=day,
        )


def _own(rows: Iterable[ChargeRow]) -> Iterator[_Told]:
    for row in rows:
        if _UNKNOWN in row.flags:
            continue
        for what, amount in (("discounted cash price", row.cash), ("gross charge", row.gross)):
            if amount is not None and amount > 0:
                yield what, row.modifiers, amount, row.row


def _payers(weighed: HospitalEvidence) -> Iterator[_Told]:
    for rate in weighed.rates:
        if rate.amount is not None:
            who = ", ".join(one for one in (rate.row.payer, rate.row.plan) if one)
            yield f"negotiated rate of {who}", rate.row.modifiers, rate.amount, rate.row.row


def _notices(weighed: HospitalEvidence) -> Iterator[Notice]:
    hospital = weighed.manifest.hospital
    if weighed.manifest.updated_on is None:
        yield Notice("its file states no date, so no price can be taken from it", hospital)
        return
    for notice in weighed.notices:
        yield Notice(notice, hospital)
