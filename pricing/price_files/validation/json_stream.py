"""A JSON price file read piece by piece: its properties, and its items one at a time.

Each piece is decoded by `json` as soon as it is whole in memory. What the official validator's
reader forgives is forgiven here: a comma after the last property of the file, and anything after
the file's closing brace.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Never, TextIO

from pricing.price_files.validation.cell_text import BLANKS
from pricing.price_files.validation.json_format import CHARGES

CHUNK: Final = 1 << 20
VALUE_MAX: Final = 64 * 1024 * 1024
"""Characters of one property or item that are kept in memory."""

_SPACE: Final = " \t\n\r"
_IN_NUMBERS: Final = "0123456789.eE+-"
_NUMBER_TAIL: Final = 3
"""After a value that ends with what was read, a number may go on: with ``.``, ``e`` or ``e+``."""

_CUT_OFF: Final = 16
"""A fault this near to the end of what was read may be a word cut in two."""


class BrokenJson(Exception):
    """A file is no JSON; ``line`` counts from 1."""

    def __init__(self, line: int, why: str) -> None:
        """Keep where, and what is wrong."""
        super().__init__(f"line {line}: {why}")
        self.line = line
        self.why = why


@dataclass(frozen=True, slots=True)
class Piece:
    """One property of the file, or one item of its charges with its position."""

    name: str
    value: Any
    position: int | None = None


def _refuse(constant: str) -> Never:
    raise ValueError(constant)


class JsonStream:
    """The pieces of a text; ``has_more`` tells afterwards whether text followed the file."""

    def __init__(self, text: TextIO) -> None:
        self._source = text
        self._text = ""
        self._at = 0
        self._lines = 0
        self._is_ended = False
        self.replaced = False
        # All numbers are floats, as in the official reader: nothing is computed with them.
        self._decoder = json.JSONDecoder(parse_int=float, parse_constant=_refuse)

    def pieces(self) -> Iterator[Piece]:
        """Yield the properties and items in the order of the file.

        Raises:
            BrokenJson: what stands there is no JSON, or a single piece of it is too long.
        """
        self._skip_byte_order_mark()
        if self._peek() == "{":
            for name in self._names():
                if name != CHARGES:
                    yield Piece(name, self._value())
                elif self._peek() == "[":
                    yield from self._items()
                elif self._peek() == "{":
                    # Not what the format says, but read as if these were the file's properties.
                    yield from (Piece(inner, self._value()) for inner in self._names())
                else:
                    self._value()
        elif self._peek():
            self._value()

    def has_more(self) -> bool:
        """Tell whether anything but blanks is left."""
        return self._peek() != ""

    def _names(self) -> Iterator[str]:
        """Yield the names of an object; the caller reads each value before the next name."""
        self._expect("{", "an object begins with a brace")
        while self._peek() != "}":
            name = self._value() if self._peek() == '"' else None
            if not isinstance(name, str):
                self._fail("a property begins with its name in quotation marks")
            self._expect(":", f"a colon follows the name {name[:40]!r}")
            yield name
            if self._peek() != "}":
                self._expect(",", f"a comma or brace follows the property {name[:40]!r}")
        self._at += 1

    def _items(self) -> Iterator[Piece]:
        self._expect("[", "a list begins with a bracket")
        if self._peek() == "]":
            self._at += 1
            return
        position = 0
        while True:
            yield Piece(CHARGES, self._value(), position)
            position += 1
            if self._peek() == "]":
                self._at += 1
                return
            self._expect(",", "a comma or bracket follows each item of a list")

    def _value(self) -> Any:  # noqa: ANN401 — any JSON value
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._may_be_cut_off(error):
                    self._fail(_in_words(error), error.pos)
            except ValueError as error:
                self._fail(f"{error} is no JSON value")
            except RecursionError:
                self._fail("lists and objects are nested too deep")
            else:
                if self._is_whole(end):
                    self._at = end
                    return value
            self._read_on()

    def _is_whole(self, end: int) -> bool:
        """Tell whether what ends there cannot be the beginning of a longer number."""
        if self._is_ended or end + _NUMBER_TAIL <= len(self._text):
            return True
        return self._text[end:].strip(_IN_NUMBERS) != ""

    def _may_be_cut_off(self, error: json.JSONDecodeError) -> bool:
        is_near_end = error.pos >= len(self._text) - _CUT_OFF
        return not self._is_ended and (is_near_end or error.msg.startswith("Unterminated"))

    def _read_on(self) -> None:
        """Read as much again as there is of the piece, so that long pieces are tried seldom."""
        self._lines += self._text.count("\n", 0, self._at)
        self._text = self._text[self._at :]
        self._at = 0
        if len(self._text) > VALUE_MAX:
            self._fail(f"a single value is longer than {VALUE_MAX:,} characters")
        further = self._source.read(max(CHUNK, len(self._text)))
        self._is_ended = not further
        self.replaced = self.replaced or "\ufffd" in further
        self._text += further

    def _peek(self) -> str:
        """Return the next character that is no blank, "" at the end, and move to it."""
        while True:
            text, at = self._text, self._at
            while at < len(text) and text[at] in _SPACE:
                at += 1
            self._at = at
            if at < len(text):
                return text[at]
            if self._is_ended:
                return ""
            self._read_on()

    def _expect(self, character: str, otherwise: str) -> None:
        if self._peek() != character:
            self._fail(otherwise)
        self._at += 1

    def _fail(self, why: str, at: int | None = None) -> Never:
        end = self._at if at is None else at
        raise BrokenJson(self._lines + self._text.count("\n", 0, end) + 1, why)

    def _skip_byte_order_mark(self) -> None:
        self._read_on()
        if self._text.startswith("\ufeff"):
            self._at = len(self._text) - len(self._text.lstrip(BLANKS))


def _in_words(error: json.JSONDecodeError) -> str:
    found = error.doc[error.pos : error.pos + 1]
    return f"{error.msg[:1].lower()}{error.msg[1:]}, found {found!r}" if found else "the file ends"
