"""An outpatient service paid by APC: the national rate, of which the labor share follows wages."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Final

from pricing.medicare.errors import CodeNotFound, NotPaid
from pricing.medicare.payment import EXACT, Payment, Step, in_cents, plain
from pricing.medicare.rates import OutpatientRates
from pricing.medicare.shelf import find_row
from pricing.medicare.tables import TABLE_NAMES, ApcRate, Table, TableKind

LEFT_OUT: Final = (
    "outliers, packaging and discounting of several procedures on one claim",
    "rural sole community hospitals and cancer hospitals",
    "the patient's copayment is part of the amount",
)


def outpatient_payment(
    table: Table, rates: OutpatientRates, apc: str, *, wage_index: Decimal
) -> Payment:
    """Return what a service of an APC is paid at a wage index.

    Raises:
        CodeNotFound: there is no such APC.
        NotPaid: it has no rate.
    """
    row = find_row(table, apc.strip().zfill(4))
    if not isinstance(row, ApcRate):
        raise CodeNotFound(apc, TABLE_NAMES[TableKind.APCS], table.year)
    if row.rate is None:
        raise NotPaid(f"APC {row.code}", "it is paid by cost or passed through; it has no rate")
    with localcontext(EXACT):
        step = _step(row.rate, row.status, rates, wage_index)
    return Payment(
        schedule="OPPS",
        year=table.year,
        code=row.code,
        title=row.title,
        amount=in_cents(step.result),
        steps=(step,),
        sources=(table.source, rates.source),
        left_out=LEFT_OUT,
    )


def _step(rate: Decimal, status: str, rates: OutpatientRates, wage_index: Decimal) -> Step:
    if status not in rates.wage_adjusted:
        return Step(f"rate, the same everywhere under status {status}", plain(rate), rate)
    share, rest = rates.labor_share, 1 - rates.labor_share
    return Step(
        f"rate at the wage index, under status {status}",
        f"{plain(rate)} × {plain(share)} × {plain(wage_index)} + {plain(rate)} × {plain(rest)}",
        rate * share * wage_index + rate * rest,
    )
