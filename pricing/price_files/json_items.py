"""The JSON form of a price file, as a stream, into a regular CSV text of charges.

Items are decoded one at a time, so a file of any size wants the memory of one item. Numbers stay
the text they are. An entry of ``modifier_information`` becomes a row with the modifier and no code.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from pricing.price_files.columns import ITEM_FIELDS, PAYER_FIELDS
from pricing.price_files.encodings import UTF_8

ITEM_MAX: Final = 64_000_000
"""Characters of one item; more is taken for a file that is no price file."""

FIELDS: Final = ("row", "place", "codes_text", *ITEM_FIELDS, "payer", "plan", *PAYER_FIELDS)
"""The cells of a row that is written, in their order."""

NO_OBJECT: Final = "an item that is no object"
TOO_LARGE: Final = "more characters than a row may have"
ROW_MAX: Final = 1_900_000
"""Characters of a charge, so that it has less than the 8 MB that DuckDB is told to expect."""

_PIECE: Final = 1 << 20
_ITEMS: Final = "standard_charge_information"
_MODIFIERS: Final = "modifier_information"
_LISTS: Final = (_ITEMS, _MODIFIERS)
_SPACE: Final = " \t\r\n"
_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
CODE_MARK: Final = "\x1e"
"""Between a code's type and the code."""

CODES_MARK: Final = "\x1f"
"""Between one code and the next."""

_CHARGE: Final = {
    "setting": "setting", "billing_class": "billing_class", "gross": "gross_charge",
    "cash": "discounted_cash", "minimum": "minimum", "maximum": "maximum",
    "notes": "additional_generic_notes",
}  # fmt: skip
_PAYER: Final = {
    "payer": "payer_name", "plan": "plan_name", "dollar": "standard_charge_dollar",
    "percent": "standard_charge_percentage", "algorithm": "standard_charge_algorithm",
    "methodology": "methodology", "median": "median_amount", "p10": "10th_percentile",
    "p90": "90th_percentile", "count": "count", "estimated": "estimated_amount",
    "payer_notes": "additional_payer_notes",
}  # fmt: skip


class NotWhole(Exception):
    """The text is no JSON object, or ends too early; the text says where."""


@dataclass(frozen=True, slots=True)
class JsonCounts:
    """Items of the file, those set aside, and the charges written of the others."""

    items: int
    set_aside: int
    charges: int
    head: dict[str, Any]


class _Text:
    """A JSON text read piece by piece."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._passed = 0
        self._is_done = False

    @property
    def place(self) -> int:
        """Return how many characters are behind."""
        return self._passed + self._at

    def next_mark(self) -> str:
        """Return the next character that is no space, without passing it; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def take(self, marks: str) -> str:
        """Pass the next character, which must be one of these; raises NotWhole."""
        mark = self.next_mark()
        if not mark or mark not in marks:
            found = repr(mark) if mark else "the end"
            raise NotWhole(
                f"expected {' or '.join(marks)} at character {self.place}, found {found}"
            )
        self._at += 1
        return mark

    def value(self) -> Any:  # noqa: ANN401 — any JSON value
        """Pass and return the next value; raises NotWhole."""
        self.next_mark()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except (json.JSONDecodeError, RecursionError) as error:
                too_long = len(self._text) - self._at > ITEM_MAX
                if too_long or isinstance(error, RecursionError) or not self._more():
                    raise NotWhole(f"no whole JSON value at character {self.place}") from error
            else:
                # A number may go on in the next piece; anything else has an end of its own.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return found

    def _more(self) -> bool:
        if self._is_done:
            return False
        # Doubling keeps the work of long items linear.
        piece = self._file.read(max(_PIECE, len(self._text) - self._at))
        self._is_done = not piece
        self._passed += self._at
        self._text = self._text[self._at :] + piece
        self._at = 0
        return bool(piece)


def rewrite_json(text: Path, regular: Path, aside: Path, told: Callable[[int], None]) -> JsonCounts:
    """Write every charge of a JSON file as a row; return the counts and the head.

    Raises:
        NotWhole: the text is no JSON object or not whole; what was written is worth nothing.
    """
    items = set_aside = charges = 0
    head: dict[str, Any] = {}
    with (
        text.open(encoding="utf-8-sig", newline="") as file,
        regular.open("w", encoding=UTF_8, errors="replace", newline="") as good,
        aside.open("w", encoding=UTF_8, newline="") as bad,
    ):
        kept, others = (
            csv.writer(good, lineterminator="\n", quoting=csv.QUOTE_ALL),
            csv.writer(bad, lineterminator="\n", quoting=csv.QUOTE_ALL),
        )
        for name, number, found in _members(_Text(file)):
            if number is None:
                head[name] = found
                continue
            items += 1
            told(items)
            rows = [] if not isinstance(found, dict) else _cells(name, number, items, found)
            if not rows or any(sum(map(len, row)) > ROW_MAX for row in rows):
                set_aside += 1
                others.writerow([items, number, TOO_LARGE if rows else NO_OBJECT])
                continue
            kept.writerows(rows)
            charges += len(rows)
    return JsonCounts(items, set_aside, charges, head)


def _cells(name: str, number: int, row: int, item: dict[str, Any]) -> list[list[str]]:
    """Return the cells of an item's charges, of which there is at least one."""
    charges = _rows(name, number, row, item)
    return [[_cell(charge.get(field)) for field in FIELDS] for charge in charges]


def _members(text: _Text) -> Iterator[tuple[str, int | None, Any]]:
    """Yield each member of the object: a list of items one by one, with numbers from 0."""
    if text.next_mark() == "[":
        raise NotWhole("the file is a JSON list and not one object with a hospital's name")
    text.take("{")
    while text.next_mark() != "}":
        name = text.value()
        if not isinstance(name, str):
            raise NotWhole(f"a member without a name before character {text.place}")
        text.take(":")
        if name in _LISTS and text.next_mark() == "[":
            yield name, None, []
            yield from ((name, number, found) for number, found in enumerate(_elements(text)))
        else:
            yield name, None, text.value()
        if text.next_mark() == ",":
            text.take(",")
        elif text.next_mark() != "}":
            text.take(",}")
    text.take("}")
    if text.next_mark():
        raise NotWhole(
            "the file holds several JSON documents, one after another, and not one object with "
            "a hospital's name"
        )


def _elements(text: _Text) -> Iterator[Any]:
    text.take("[")
    if text.next_mark() == "]":
        text.take("]")
        return
    while True:
        yield text.value()
        if text.take(",]") == "]":
            return


def _rows(name: str, number: int, row: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the charges of an item: one for each payer, one for a charge without any."""
    place = f"/{name}/{number}"
    if name == _MODIFIERS:
        yield from _modifier_rows(place, row, item)
        return
    drug = _object(item.get("drug_information"))
    own = {
        "row": row,
        "codes_text": _codes(item.get("code_information")),
        "description": item.get("description"),
        "drug_unit": drug.get("unit"),
        "drug_type": drug.get("type"),
    }
    for index, charge in enumerate(_objects(item.get("standard_charges"), at_least_one=True)):
        of_charge = own | {ours: charge.get(theirs) for ours, theirs in _CHARGE.items()}
        of_charge["modifiers"] = charge.get("modifier_code") or charge.get("modifiers")
        at = f"{place}/standard_charges/{index}"
        payers = _objects(charge.get("payers_information"), at_least_one=True)
        for which, payer in enumerate(payers):
            of_payer = {ours: payer.get(theirs) for ours, theirs in _PAYER.items()}
            where = f"{at}/payers_information/{which}" if payer else at
            yield of_charge | of_payer | {"place": where}


def _modifier_rows(place: str, row: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    own = {
        "row": row,
        "description": item.get("description"),
        "modifiers": item.get("code"),
        "setting": item.get("setting"),
    }
    payers = _objects(item.get("modifier_payer_information"), at_least_one=True)
    for which, payer in enumerate(payers):
        yield own | {
            "place": f"{place}/modifier_payer_information/{which}",
            "payer": payer.get("payer_name"),
            "plan": payer.get("plan_name"),
            "payer_notes": payer.get("description"),
        }


def _codes(found: object) -> str:
    pairs = [(_cell(one.get("type")), _cell(one.get("code"))) for one in _objects(found)]
    return CODES_MARK.join(f"{kind}{CODE_MARK}{code}" for kind, code in pairs if code.strip())


def _objects(found: object, *, at_least_one: bool = False) -> list[dict[str, Any]]:
    objects = [_object(one) for one in found] if isinstance(found, list) else []
    return objects or ([{}] if at_least_one else [])


def _object(found: object) -> dict[str, Any]:
    return found if isinstance(found, dict) else {}


def _cell(found: object) -> str:
    """Return a JSON value as the text of a cell; a list's entries with bars between."""
    if found is None:
        return ""
    if isinstance(found, list):
        return "|".join(_cell(one) for one in found)
    if isinstance(found, str | int):
        return str(found)
    return json.dumps(found, ensure_ascii=False)
