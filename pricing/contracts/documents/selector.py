"""The shape of what chooses lines, and claims: lists of codes, settings, kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from pricing.contracts.patterns import DRG_DIGITS, REVENUE_DIGITS, normal_code, range_of
from pricing.documents.scalars import Formula, Id, Part, fault_at

Setting = Literal["inpatient", "outpatient", "professional"]
ClaimType = Literal["facility", "professional"]


def _to_list(written: object) -> object:
    return [written] if isinstance(written, str) else written


def _pattern(digits: int = 0) -> AfterValidator:
    def check(written: str) -> str:
        code = normal_code(written)
        if fault := _SHAPES[digits](code):
            raise ValueError(fault)
        first, hyphen, last = code.partition("-")
        ends = range_of(code, digits)
        if hyphen and ends is None and digits:
            raise ValueError("a range has two codes of the same length, such as 0120-0129")
        if ends is not None and ends[1] < ends[0]:
            raise ValueError(f"the range ends before it begins: {first} is after {last}")
        return written

    return AfterValidator(check)


def _fault_of_code(code: str) -> str | None:
    if set(code) & set(",;"):
        return "is several codes in one text; write a list: [27446, 27447]"
    if code.endswith("-"):
        return f"ends with a hyphen; all codes that begin so are {code.rstrip('-')}*"
    return None


def _fault_of_revenue_code(code: str) -> str | None:
    if _SHORT.fullmatch(code):
        return f"is no revenue code: write its four digits, {code.zfill(REVENUE_DIGITS)}; {_TWO}"
    if _REVENUE.fullmatch(code):
        return None
    return "is no revenue code: four digits such as 0120, a range 0120-0129, or 012X"


def _fault_of_drg(code: str) -> str | None:
    if _NAMED_DRG.match(code):
        return "write the number alone, such as 470"
    if code[:1].isdigit() and _LETTER.search(code):
        return "is no DRG: one that begins with a digit has digits only, such as 470 or 1402"
    return _fault_of_code(code)


def _check_modifier(written: str) -> str:
    if not _MODIFIER.fullmatch(normal_code(written)):
        raise ValueError("is no modifier: these have two characters, such as 26 or LT")
    return written


def _fault_of_billed(code: str) -> str | None:
    if _SHORT.fullmatch(code):
        return f"is no revenue code: write its four digits, {code.zfill(REVENUE_DIGITS)}; {_TWO}"
    if code.isascii() and code.isdigit() and len(code) <= REVENUE_DIGITS:
        return None
    return "is no revenue code: four digits, such as 0120"


def _said(fault_of: Callable[[str], str | None]) -> AfterValidator:
    def check(written: str) -> str:
        if fault := fault_of(normal_code(written)):
            raise ValueError(fault)
        return written

    return AfterValidator(check)


_REVENUE: Final = re.compile(r"\d{1,4}(\s*-\s*\d{1,4})?|\d{1,3}(X{1,2}|\*)")
_NAMED_DRG: Final = re.compile(r"(MS|APR)?[ -]*DRG|MS|APR")
_SHORT: Final = re.compile(r"[0-9]{1,2}")
_TWO: Final = "two characters are a modifier and stand below modifiers"
_LETTER: Final = re.compile(r"[A-Z]")
_MODIFIER: Final = re.compile(r"[0-9A-Z]{2}")
_SHAPES: Final[Mapping[int, Callable[[str], str | None]]] = MappingProxyType(
    {0: _fault_of_code, REVENUE_DIGITS: _fault_of_revenue_code, DRG_DIGITS: _fault_of_drg}
)
"""What is wrong with the shape of a code, by the digits it is filled up to."""


_ONE: Final = {"type": ["string", "number"], "minLength": 1, "maxLength": 40}
_ONE_OR_MORE: Final = WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE}]})
Code = Annotated[str, Field(min_length=1, max_length=40), WithJsonSchema(_ONE)]
"""A code, as written: in YAML a number too."""
CodeList = Annotated[
    tuple[Annotated[Code, _pattern()], ...], BeforeValidator(_to_list), _ONE_OR_MORE
]
RevenueCodeList = Annotated[
    tuple[Annotated[Code, _pattern(REVENUE_DIGITS)], ...], BeforeValidator(_to_list), _ONE_OR_MORE
]
DrgList = Annotated[
    tuple[Annotated[Code, _pattern(DRG_DIGITS)], ...], BeforeValidator(_to_list), _ONE_OR_MORE
]
Drg = Annotated[Code, _said(_fault_of_drg)]
"""The DRG of a claim."""
RevenueCode = Annotated[Code, _said(_fault_of_billed)]
"""The revenue code of a billed line."""
TextList = Annotated[tuple[Code, ...], BeforeValidator(_to_list), _ONE_OR_MORE]
Modifier = Annotated[Code, AfterValidator(_check_modifier)]
ModifierList = Annotated[
    tuple[Modifier, ...],
    BeforeValidator(_to_list),
    _ONE_OR_MORE,
]
IdList = Annotated[tuple[Id, ...], BeforeValidator(_to_list), _ONE_OR_MORE]
SettingList = Annotated[tuple[Setting, ...], BeforeValidator(_to_list), _ONE_OR_MORE]
TypeList = Annotated[tuple[ClaimType, ...], BeforeValidator(_to_list), _ONE_OR_MORE]


class LinesSaid(Part):
    """What a line must be; every key that is given must hold, one entry of each list suffices."""

    codes: CodeList | None = None
    code_types: TextList | None = None
    revenue_codes: RevenueCodeList | None = None
    modifiers: ModifierList | None = None
    settings: SettingList | None = None
    kinds: TextList | None = None
    phases: IdList | None = None
    ids: TextList | None = None
    when: Formula | None = None


class Lines(LinesSaid):
    """Lines; at will on which days, and those that are not meant though the rest holds.

    ``same_day_as``: a line of the claim, taken or not, that is dated as they are.
    """

    same_day_as: LinesSaid | None = None
    but_not: LinesSaid | None = None

    @model_validator(mode="after")
    def _says_beside_what(self) -> Self:
        if self.same_day_as == LinesSaid():
            raise fault_at("same_day_as", "says nothing of the other line; write its codes")
        return self

    @property
    def parts(self) -> Mapping[str, LinesSaid]:
        """Return the lists of further lines, by the key they stand under."""
        named = {"same_day_as": self.same_day_as, "but_not": self.but_not}
        return {key: said for key, said in named.items() if said is not None}


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
    modifiers: ModifierList | None = None
    kinds: TextList | None = None
    phases: IdList | None = None


class Claims(ClaimSaid):
    """Claims, and at will those that are not meant though the rest holds."""

    but_not: ClaimSaid | None = None
