"""What can be odd about a row: it is kept as it came, and flagged.

Each flag is a name, a sentence, and a condition in SQL over the typed columns of a charge (see
``charges``). A row's flags are kept as one number with a bit for each, in this order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pricing.price_files.columns import DOLLARS, NUMBERS

CODE_TYPES: Final = (
    "CPT", "NDC", "HCPCS", "RC", "ICD", "DRG", "MS-DRG", "R-DRG", "S-DRG", "APS-DRG", "AP-DRG",
    "APR-DRG", "APC", "LOCAL", "EAPG", "HIPPS", "CDT", "CDM", "TRIS-DRG", "CMG", "MS-LTC-DRG",
)  # fmt: skip
METHODOLOGIES: Final = (
    "case rate", "fee schedule", "percent of total billed charges", "per diem", "other",
)  # fmt: skip
SETTINGS: Final = ("inpatient", "outpatient", "both")
DECIMALS: Final = 6
"""Decimals that are kept of a number; no file seen has more than five."""

_NINES: Final = ", ".join(
    f"{'9' * digits}{fraction}" for digits in range(6, 13) for fraction in ("", ".99", ".999999")
)
_LONG_NUMBER: Final = 10
_DOLLARS: Final = ", ".join(DOLLARS)
_NUMBERS: Final = ", ".join(NUMBERS)
_TEXTS: Final = ", ".join(f"{name}_text" for name in NUMBERS)


# A row about a modifier itself needs no code, no charge and no setting.
_MODIFIER: Final = "(no_code AND modifiers IS NOT NULL)"


@dataclass(frozen=True, slots=True)
class Flag:
    """One oddity: its name, what it says, and the SQL condition that finds it."""

    name: str
    sentence: str
    condition: str


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


FLAGS: Final = (
    Flag(
        "dollar_and_percent",
        "a dollar amount and a percentage are both stated",
        "dollar IS NOT NULL AND percent IS NOT NULL",
    ),
    Flag("above_gross", "the negotiated amount is above the gross charge", "dollar > gross"),
    Flag("cash_above_gross", "the cash price is above the gross charge", "cash > gross"),
    Flag("percent_over_100", "the percentage is over 100", "percent > 100"),
    Flag(
        "percent_below_1",
        "the percentage is below 1 and may be meant as a fraction",
        "percent > 0 AND percent < 1",
    ),
    Flag("below_minimum", "the negotiated amount is below the stated minimum", "dollar < minimum"),
    Flag("above_maximum", "the negotiated amount is above the stated maximum", "dollar > maximum"),
    Flag("minimum_above_maximum", "the minimum is above the maximum", "minimum > maximum"),
    Flag(
        "repeated",
        "codes, payer, plan, setting, modifiers and billing class stand in more than one row",
        "is_repeated",
    ),
    Flag(
        "nines",
        "an amount consists of nines and may stand for 'unknown'",
        f"CASE WHEN greatest({_DOLLARS}, estimated) >= 999999 THEN "
        + " OR ".join(f"coalesce({name} IN ({_NINES}), false)" for name in (*DOLLARS, "estimated"))
        + " END",
    ),
    Flag(
        "no_payer",
        "a negotiated charge names no payer",
        "payer IS NULL AND coalesce(dollar, percent) IS NOT NULL "
        "OR payer IS NULL AND algorithm IS NOT NULL",
    ),
    Flag(
        "no_plan",
        "a payer is named without a plan",
        "payer IS NOT NULL AND plan IS NULL",
    ),
    Flag(
        "no_negotiated_charge",
        "a payer is named without dollar, percentage or algorithm",
        "payer IS NOT NULL AND dollar IS NULL AND percent IS NULL AND algorithm IS NULL "
        f"AND NOT {_MODIFIER}",
    ),
    Flag(
        "no_charge",
        "no charge of any kind is stated",
        f"coalesce(gross, cash, dollar, percent) IS NULL AND algorithm IS NULL AND NOT {_MODIFIER}",
    ),
    Flag(
        "revenue_code_as_modifier",
        "the modifier looks like a revenue code",
        "modifiers IS NOT NULL AND regexp_full_match(modifiers, '0?[0-9]{3}')",
    ),
    Flag("not_positive", "a number is zero or negative", f"least({_NUMBERS}) <= 0"),
    Flag(
        "unreadable_number",
        "a cell that should hold a number holds something else; see the column unread",
        "len(unread) > 0",
    ),
    Flag(
        "rounded",
        f"a number has more than {DECIMALS} decimals and was rounded to them",
        "CASE WHEN greatest("
        + ", ".join(f"length({name}_text)" for name in NUMBERS)
        + f") > {_LONG_NUMBER} THEN regexp_matches(concat_ws(' ', {_TEXTS}), "
        f"'[.][0-9]{{{DECIMALS + 1}}}') END",
    ),
    Flag(
        "unknown_methodology",
        "the methodology is none of the five of the format",
        f"methodology NOT IN ({_listed(METHODOLOGIES)})",
    ),
    Flag(
        "unknown_setting",
        "the setting is neither inpatient nor outpatient nor both",
        f"setting NOT IN ({_listed(SETTINGS)}) OR (setting IS NULL AND NOT {_MODIFIER})",
    ),
    Flag(
        "unknown_count",
        "the count of amounts is neither 0 nor '1 through 10' nor a number from 11",
        "\"count\" NOT IN ('0', '1 through 10') "
        'AND coalesce(TRY_CAST("count" AS BIGINT) < 11, true)',
    ),
    Flag("no_description", "the item has no description", "NOT has_description"),
    Flag("no_code", "the row has neither a code nor a modifier", "no_code AND modifiers IS NULL"),
    Flag("unknown_code_type", "a code's type is missing or not of the format", "unknown_type"),
    Flag(
        "bracketed_code",
        "a code has a number of the hospital's own in brackets behind it",
        "bracketed",
    ),
    Flag("short_row", "the row has fewer cells than there are headers", "is_short"),
)


def mask_sql() -> str:
    """Return the SQL expression for a charge's flags as one number."""
    return " | ".join(
        f"(CASE WHEN {flag.condition} THEN {1 << bit} ELSE 0 END)" for bit, flag in enumerate(FLAGS)
    )


def names_of(mask: int) -> list[str]:
    """Return the names of the flags in a number, in their order."""
    return [flag.name for bit, flag in enumerate(FLAGS) if mask >> bit & 1]
