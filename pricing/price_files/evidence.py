"""Evidence for a negotiation: what a facility charges, takes in cash, and accepts from each payer.

Every figure leads back to a file, a row and a date. Amounts are used as stated; a percentage is
priced on the gross charge stated in the same row, and on nothing else. What cannot be priced, or
is plainly no amount, is listed with the reason and left out of the distributions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final

import duckdb

from pricing.price_files.asking import (
    ChargeRow,
    CodeQuestion,
    Wanted,
    find_types,
    forms_of,
    list_rows,
)
from pricing.price_files.dataset import Manifest, folder_of
from pricing.price_files.distribution import FEW, Distribution, distribution_of
from pricing.price_files.errors import CodeNotPriced, SeveralCodeTypes
from pricing.price_files.payer_groups import GroupWords, PayerGroup

STALE_DAYS: Final = 366
"""Hospitals must update a file once a year; an older one says what was, not what is."""

_CENT: Final = Decimal("0.01")
_SHARE: Final = Decimal("0.0001")
_HUNDRED: Final = 100
_SAME_MEANING: Final = {"CPT": "HCPCS"}
"""HCPCS level I is CPT; hospitals write either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What a payer and plan accepted: ``amount`` in dollars, or None and ``unpriced`` says why.

    ``basis`` is ``dollar`` or ``percent of gross``; ``of_gross`` is the amount's share of the gross
    charge of the row. ``is_counted`` says whether the distributions hold it.
    """

    row: ChargeRow
    group: PayerGroup
    amount: Decimal | None
    basis: str | None
    of_gross: Decimal | None
    unpriced: str | None
    is_counted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HospitalEvidence:
    """What one dataset says of a code; ``notices`` say aloud what weakens it."""

    manifest: Manifest
    types: tuple[str, ...]
    gross: Distribution | None
    cash: Distribution | None
    rates: tuple[Rate, ...]
    negotiated: dict[str, Distribution]
    """By group of payers, and ``all``."""

    of_gross: dict[str, Distribution]
    """Negotiated amounts as shares of the gross charge beside them, by the same groups."""

    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The answer to a question asked of several datasets on a day."""

    question: CodeQuestion
    asked_on: date
    words: GroupWords
    hospitals: tuple[HospitalEvidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who is asked what: the datasets, the day, and the words that tell payers apart."""

    root: Path
    manifests: tuple[Manifest, ...]
    question: CodeQuestion
    today: date
    words: GroupWords = field(default_factory=GroupWords)


def find_evidence(connection: duckdb.DuckDBPyConnection, asked: Asked) -> Evidence:
    """Return the evidence of all datasets asked, in their order.

    Raises:
        CodeNotPriced: none of them has the code.
        SeveralCodeTypes: the code has several meanings and no type was given.
        TooManyCharges: a dataset has more charges of it than anybody could look at.
    """
    question = asked.question
    folders = [folder_of(asked.root, one.id) for one in asked.manifests]
    types = find_types(connection, folders, forms_of(connection, question))
    meanings = {_SAME_MEANING.get(kind, kind) for found in types for kind in found}
    if len(meanings) > 1:
        names = sorted({kind for found in types for kind in found})
        raise SeveralCodeTypes(question.code, tuple(names))
    wanted = [
        Wanted(folder, tuple(sorted({item for items in found.values() for item in items})))
        for folder, found in zip(folders, types, strict=True)
    ]
    rows = list_rows(connection, wanted, question)
    hospitals = tuple(
        weigh(manifest, tuple(found), charges, words=asked.words, today=asked.today)
        for manifest, found, charges in zip(asked.manifests, types, rows, strict=True)
    )
    if not any(one.rates or one.gross or one.cash for one in hospitals):
        raise CodeNotPriced(question.code, len(asked.manifests))
    return Evidence(question=question, asked_on=asked.today, words=asked.words, hospitals=hospitals)


def weigh(
    manifest: Manifest,
    types: tuple[str, ...],
    rows: list[ChargeRow],
    *,
    words: GroupWords,
    today: date,
) -> HospitalEvidence:
    """Return what the rows of one dataset say together."""
    rates = _without_modified([_rate(row, words) for row in rows if _is_negotiated(row)])
    counted = _distinct([one for one in rates if one.is_counted])
    notices = [
        *_notices_of_file(manifest, today),
        *_notices_of_rows(rows, rates, len(counted)),
    ]
    return HospitalEvidence(
        manifest=manifest,
        types=types,
        gross=_of_items(rows, lambda row: row.gross),
        cash=_of_items(rows, lambda row: row.cash),
        rates=tuple(rates),
        negotiated=_by_group(counted, lambda one: one.amount),
        of_gross=_by_group(counted, lambda one: one.of_gross),
        notices=tuple(notices),
    )


def _rate(row: ChargeRow, words: GroupWords) -> Rate:
    amount, basis, unpriced = _priced(row)
    share = None
    if amount is not None and row.gross is not None and row.gross > 0:
        share = (amount / row.gross).quantize(_SHARE, ROUND_HALF_UP)
    return Rate(
        row=row,
        group=words.group_of(row.payer, row.plan),
        amount=amount,
        basis=basis,
        of_gross=share,
        unpriced=unpriced,
        is_counted=amount is not None,
    )


def _priced(row: ChargeRow) -> tuple[Decimal | None, str | None, str | None]:
    """Return a row's amount, its basis, and why there is none."""
    if "nines" in row.flags:
        return None, None, "an amount of nines stands for 'unknown'"
    if row.dollar is not None:
        if row.dollar <= 0:
            return None, None, "the amount is zero or negative"
        return row.dollar, "dollar", None
    if row.percent is not None:
        return _percent_of_gross(row, row.percent)
    if row.algorithm is not None:
        return None, None, "an algorithm is stated and no amount"
    return None, None, "the amount cannot be read"


def _percent_of_gross(
    row: ChargeRow, percent: Decimal
) -> tuple[Decimal | None, str | None, str | None]:
    if percent <= 0:
        return None, None, "the percentage is zero or negative"
    if percent < 1:
        return None, None, "the percentage is below 1 and may be meant as a fraction"
    if row.gross is None or row.gross <= 0:
        return None, None, "a percentage is stated and no gross charge"
    amount = (row.gross * percent / _HUNDRED).quantize(_CENT, ROUND_HALF_UP)
    return amount, "percent of gross", None


def _is_negotiated(row: ChargeRow) -> bool:
    stated = (row.dollar, row.percent, row.algorithm)
    return any(one is not None for one in stated) or "unreadable_number" in row.flags


def _without_modified(rates: list[Rate]) -> list[Rate]:
    """Take rates under a modifier out of the count where there are others: they price less work."""
    plain = [one for one in rates if not _is_modified(one.row)]
    if not any(one.is_counted for one in plain) or len(plain) == len(rates):
        return rates
    return [replace(one, is_counted=one.is_counted and not _is_modified(one.row)) for one in rates]


def _is_modified(row: ChargeRow) -> bool:
    return row.modifiers is not None and "revenue_code_as_modifier" not in row.flags


def _distinct(rates: list[Rate]) -> list[Rate]:
    """Return rates without those that say the very same again in another row."""
    seen: dict[tuple[object, ...], Rate] = {}
    for one in rates:
        row = one.row
        key = (row.codes, row.payer, row.plan, row.setting, row.billing_class, one.amount)
        seen.setdefault(key, one)
    return list(seen.values())


def _of_items(
    rows: list[ChargeRow], amount: Callable[[ChargeRow], Decimal | None]
) -> Distribution | None:
    """Return the distribution of an item's own amount, which each payer's row repeats."""
    found = {
        (row.codes, row.description, row.setting, row.billing_class, row.modifiers, stated): stated
        for row in rows
        if (stated := amount(row)) is not None and stated > 0 and "nines" not in row.flags
    }
    return distribution_of(found.values())


def _by_group(
    rates: list[Rate], amount: Callable[[Rate], Decimal | None]
) -> dict[str, Distribution]:
    """Return the distribution of each group that has amounts, and of all together."""
    groups = {"all": rates} | {
        group.value: [one for one in rates if one.group is group] for group in PayerGroup
    }
    found = {
        name: distribution_of(stated for one in of if (stated := amount(one)) is not None)
        for name, of in groups.items()
    }
    return {name: one for name, one in found.items() if one is not None}


def _notices_of_file(manifest: Manifest, today: date) -> Iterable[str]:
    if manifest.updated_on is None:
        yield "the file states no date that can be read; its age is not known"
        return
    days = (today - manifest.updated_on).days
    if days > STALE_DAYS:
        yield f"the file is stale: it was last updated {days} days ago, on {manifest.updated_on}"


def _notices_of_rows(rows: list[ChargeRow], rates: list[Rate], counted: int) -> Iterable[str]:
    if not rows:
        yield "the file has no charge of this code"
        return
    if counted == 0:
        yield "no negotiated amount can be told in dollars"
    elif counted < FEW:
        amounts = "amount" if counted == 1 else "amounts"
        yield f"only {counted} negotiated {amounts}: too few to lean upon"
    settings = sorted({one.row.setting or "none" for one in rates if one.is_counted} - {"both"})
    if len(settings) > 1:
        yield f"amounts of several settings are mixed ({', '.join(settings)}); ask for one"
    rarely = sum(1 for one in rates if one.row.count in {"0", "1 through 10"})
    if rarely:
        rest = "rate rests" if len(rates) == 1 else "rates rest"
        yield f"{rarely} of {len(rates)} {rest} on ten payments or fewer, as the file says"
    yield from _left_out(rates)


def _left_out(rates: list[Rate]) -> Iterable[str]:
    reasons: dict[str, int] = {}
    for one in rates:
        if not one.is_counted:
            reason = one.unpriced or "a modifier stands beside the code"
            reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in sorted(reasons.items()):
        yield f"{count} {'rate is' if count == 1 else 'rates are'} left out: {reason}"
