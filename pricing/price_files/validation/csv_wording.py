"""What each rule of CSV files says when it is broken: what is wrong and what to write instead."""

from __future__ import annotations

from typing import Final

_VALUE_LENGTH: Final = 80
_HEADER_LENGTH: Final = 120

SENTENCES: Final[dict[str, str]] = {
    # Rows 1 and 2: about the file as a whole.
    "header-row-blank": "row {row} is blank; rows 1 and 3 hold headers, so write them there",
    "metadata-header-missing": 'row 1 has no header "{header}"; add it, and its value below it',
    "metadata-header-twice": 'row 1 has the header "{header}" before; keep one of them',
    "state-unknown": (
        '"{value}" is no state or territory; write the header as license_number|TX with the '
        "two letters of the hospital's state, even where there is no number"
    ),
    "value-missing": '"{header}" is empty{facts}; write its value',
    "date-unreadable": (
        '"{header}" is "{value}", which is no day; write it as 2026-01-31, 1/31/2026 or 01/31/2026'
    ),
    "value-not-allowed": '"{header}" is "{value}"; write one of: {facts}',
    "version-differs": (
        'the file says it follows version "{value}", and is judged by rules that expect '
        "{facts}; choose the rules of its own version, or correct it"
    ),
    "statement-false": (
        'the statement in row 1 is marked "false"; 45 CFR 180.50(a)(3) asks for true'
    ),
    # Row 3: the columns.
    "neither-tall-nor-wide": (
        "row 3 is neither tall nor wide: a tall file has payer_name and plan_name columns, a "
        "wide one has standard_charge|PAYER|PLAN|negotiated_dollar columns, and none has both"
    ),
    "placeholder-left": (
        'the header "{header}" still holds a placeholder in brackets; write the number, payer '
        "or plan in its place"
    ),
    "column-twice": 'row 3 has the header "{header}" before; keep one of them',
    "column-missing": (
        'row 3 has no header "{header}"; add the column, empty where nothing is known'
    ),
    "estimated-amount-column": (
        '"{header}" is no longer asked for since 2026-01-01; write median_amount, '
        "10th_percentile, 90th_percentile and count instead"
    ),
    "rows-not-checked": "row 3 must be right first: the rows below it were not checked",
    "no-rows": "there is no row of charges; write them from row 4 on",
    # Rows of charges.
    "not-a-positive-number": (
        '"{header}" is "{value}"; write a number above zero without currency sign, comma or '
        "percent sign, such as 1234.50, or leave the cell empty"
    ),
    "count-unreadable": (
        '"{header}" is "{value}"; write 0, 1 through 10, or a whole number from 11 on'
    ),
    "code-missing": (
        "the row has neither a code with its type nor a modifier; write at least one pair "
        "such as code|1 and code|1|type"
    ),
    "drug-information-missing": (
        'a code of type NDC needs "{header}"; write unit and type of measurement'
    ),
    "charge-missing": (
        "the row has no charge; write a gross charge, a cash price, or a payer's dollar "
        "amount, percentage or algorithm"
    ),
    "minimum-maximum-missing": (
        'a negotiated dollar amount needs "{header}"; write the lowest and the highest amount '
        "negotiated with any payer"
    ),
    "notes-missing-for-other": 'the methodology is "other"; explain it in "{header}"',
    "notes-missing-for-zero": 'the count of allowed amounts is 0; explain it in "{header}"',
    "estimate-missing": (
        'a charge known as percentage or algorithm alone needs "{header}"; write the average '
        "amount expected in dollars"
    ),
    "count-missing": (
        'a percentage or algorithm needs "{header}"; write how many allowed amounts there '
        "were: 0, 1 through 10, or the number from 11 on"
    ),
    "median-missing": (
        'a percentage or algorithm needs "{header}" unless the count is 0; write the median '
        "allowed amount"
    ),
    "tenth-percentile-missing": (
        'a percentage or algorithm needs "{header}" unless the count is 0; write the 10th '
        "percentile of allowed amounts"
    ),
    "ninetieth-percentile-missing": (
        'a percentage or algorithm needs "{header}" unless the count is 0; write the 90th '
        "percentile of allowed amounts"
    ),
    "payer-charge-missing": (
        "the row names a payer and a plan but none of their charges; write a dollar amount, a "
        "percentage or an algorithm"
    ),
    "modifier-information-missing": (
        'a row with a modifier and no code needs more than its description; write "{header}" '
        "or a payer's dollar amount, percentage or algorithm"
    ),
    "nine-nines": (
        '"{header}" is {value}, which stands for no amount; write a real one, or leave it '
        "empty and explain the count of 0"
    ),
    # What no reader could hold.
    "record-too-long": (
        "the row is longer than {facts} characters, most likely because a quotation mark is "
        "never closed; close it, or write the mark inside a text twice"
    ),
}
"""The rules by name. ``{facts}`` is whatever else the place knows."""


def sentence(rule: str, *, header: str, value: str, facts: str, row: int) -> str:
    """Return the sentence of a broken rule; long headers and values are cut."""
    return SENTENCES[rule].format(
        header=_cut(header, _HEADER_LENGTH), value=_cut(value, _VALUE_LENGTH), facts=facts, row=row
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
