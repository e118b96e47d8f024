"""A stay paid by MS-DRG: (operating amount, wage-adjusted, + capital amount) × weight."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from pricing.medicare.errors import CodeNotFound, NotPaid
from pricing.medicare.payment import EXACT, Payment, Step, in_cents, plain
from pricing.medicare.rates import InpatientRates
from pricing.medicare.shelf import find_row
from pricing.medicare.tables import TABLE_NAMES, DrgWeight, Table, TableKind

LEFT_OUT: Final = (
    "indirect medical education, disproportionate share and uncompensated care",
    "cost outliers, transfers, new technology",
    "quality programmes, low volume, sole community and Medicare-dependent hospitals",
    "cost of living in Alaska and Hawaii",
)
_FOUR_DECIMALS: Final = Decimal("0.0001")


def inpatient_payment(
    table: Table,
    rates: InpatientRates,
    drg: str,
    *,
    wage_index: Decimal,
    capital_factor: Decimal | None = None,
) -> Payment:
    """Return what a stay of a MS-DRG is paid at a wage index.

    Args:
        table: the weights of the same fiscal year as the rates.
        rates: the national rates.
        drg: three digits, or fewer with zeros before them left out.
        wage_index: of the hospital's area.
        capital_factor: the geographic adjustment factor; computed from the wage index if None.

    Raises:
        CodeNotFound: there is no such MS-DRG.
        NotPaid: it has no weight.
    """
    row = find_row(table, drg.strip().zfill(3))
    if not isinstance(row, DrgWeight):
        raise CodeNotFound(drg, TABLE_NAMES[TableKind.WEIGHTS], table.year)
    if row.weight is None:
        raise NotPaid(f"MS-DRG {row.code}", f"{row.title.lower()}; it has no weight")
    with localcontext(EXACT):
        steps = _steps(rates, row.weight, wage_index, capital_factor)
    return Payment(
        schedule="IPPS",
        year=table.year,
        code=row.code,
        title=row.title,
        amount=in_cents(steps[-1].result),
        steps=steps,
        sources=(table.source, rates.source),
        left_out=LEFT_OUT,
    )


def _steps(
    rates: InpatientRates, weight: Decimal, wage_index: Decimal, capital_factor: Decimal | None
) -> tuple[Step, ...]:
    share = rates.labor_share_above if wage_index > 1 else rates.labor_share_at_most
    rest = 1 - share
    operating = rates.operating * share * wage_index + rates.operating * rest
    amount = plain(rates.operating)
    adjusted = Step(
        "operating amount at the wage index",
        f"{amount} × {plain(share)} × {plain(wage_index)} + {amount} × {plain(rest)}",
        operating,
    )
    factor = _capital_factor(rates, wage_index, capital_factor)
    capital = Step(
        "capital amount at its factor",
        f"{plain(rates.capital)} × {plain(factor.result)}",
        rates.capital * factor.result,
    )
    total = Step(
        "payment",
        f"({plain(operating)} + {plain(capital.result)}) × {plain(weight)}",
        (operating + capital.result) * weight,
    )
    return adjusted, factor, capital, total


def _capital_factor(
    rates: InpatientRates, wage_index: Decimal, capital_factor: Decimal | None
) -> Step:
    name = "geographic adjustment factor of capital"
    if capital_factor is not None:
        return Step(name, "as stated", capital_factor)
    power: Decimal = wage_index**rates.capital_power
    return Step(
        name,
        f"{plain(wage_index)} to the power of {plain(rates.capital_power)}, to four decimals",
        power.quantize(_FOUR_DECIMALS, rounding=ROUND_HALF_UP),
    )
