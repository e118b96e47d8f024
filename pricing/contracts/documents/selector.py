"""The shape of what chooses lines, and claims: lists of codes, settings, kinds."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from pricing.contracts.patterns import DRG_DIGITS, REVENUE_DIGITS, normal_code, range_of
from pricing.documents.scalars import Formula, Id, Part

Setting = Literal["inpatient", "outpatient", "professional"]
ClaimType = Literal["facility", "professional"]


def _to_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _pattern(digits: int) -> AfterValidator:
    def check(written: str) -> str:
        code = normal_code(written)
        first, hyphen, last = code.partition("-")
        ends = range_of(code, digits)
        if hyphen and ends is None and digits:
            raise ValueError("a range has two codes of the same length, such as 0120-0129")
        if ends is not None and ends[1] < ends[0]:
            raise ValueError(f"the range ends before it begins: {first} is after {last}")
        return written

    return AfterValidator(check)


_ONE: Final = {"type": ["string", "number"], "minLength": 1, "maxLength": 40}
_ONE_OR_MORE: Final = WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE}]})
Code = Annotated[str, Field(min_length=1, max_length=40), WithJsonSchema(_ONE)]
"""A code, as written: in YAML a number too."""
CodeList = Annotated[
    tuple[Annotated[Code, _pattern(0)], ...], BeforeValidator(_to_list), _ONE_OR_MORE
]
RevenueCodeList = Annotated[
    tuple[Annotated[Code, _pattern(REVENUE_DIGITS)], ...], BeforeValidator(_to_list), _ONE_OR_MORE
]
DrgList = Annotated[
    tuple[Annotated[Code, _pattern(DRG_DIGITS)], ...], BeforeValidator(_to_list), _ONE_OR_MORE
]
TextList = Annotated[tuple[Code, ...], BeforeValidator(_to_list), _ONE_OR_MORE]
IdList = Annotated[tuple[Id, ...], BeforeValidator(_to_list), _ONE_OR_MORE]
SettingList = Annotated[tuple[Setting, ...], BeforeValidator(_to_list), _ONE_OR_MORE]
TypeList = Annotated[tuple[ClaimType, ...], BeforeValidator(_to_list), _ONE_OR_MORE]


class LinesSaid(Part):
    """What a line must be; every key that is given must hold, one entry of each list suffices."""

    codes: CodeList | None = None
    code_types: TextList | None = None
    revenue_codes: RevenueCodeList | None = None
    modifiers: TextList | None = None
    settings: SettingList | None = None
    kinds: TextList | None = None
    phases: IdList | None = None
    ids: TextList | None = None
    when: Formula | None = None


class Lines(LinesSaid):
    """Lines, and at will the lines that are not meant though the rest holds."""

    but_not: LinesSaid | None = None


class ClaimSaid(Part):
    """What a claim must be; ``codes`` and the like: of any of its lines."""

    settings: SettingList | None = None
    types: TypeList | None = None
    drgs: DrgList | None = None
    diagnoses: CodeList | None = None
    principal_diagnoses: CodeList | None = None
    procedures: CodeList | None = None
    codes: CodeList | None = None
    revenue_codes: RevenueCodeList | None = None
    modifiers: TextList | None = None
    kinds: TextList | None = None
    phases: IdList | None = None


class Claims(ClaimSaid):
    """Claims, and at will those that are not meant though the rest holds."""

    but_not: ClaimSaid | None = None
