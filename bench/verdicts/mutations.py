"""Valid files broken in seeded ways: what people and exports do to files."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any, Final

from bench.verdicts.made_up import PLANS, Table, document, rows, written
from pricing.price_files.validation.standard import AFFIRMATION, ATTESTATION

VALUES: Final = (
    "", " ", "0", "0.0", "-5", "1,200.00", "$12", "1.", ".5", "1e3", "abc", "999999999",
    "9.99999999e8", "999999999.0", "0x3b9ac9ff", "7", "10", "11", "1 through 10", "1 THROUGH 10",
    "011", "TRUE", "false", "other", "OTHER", "Case Rate", "ndc", "NDC", "CMG", "MS-DRG", "XYZ",
    "Inpatient", "ml", "XX", "2026-02-30", "2/29/2024", "2/29/2023", "13/1/2026", "1/1/0050",
    "2026-1-1", "é", "\u00a0", "12\u00a0", "\ufeff9", 'a "quoted" word', "line\nbreak", "x" * 300,
    "0" * 40 + "1", "2.0.0", "2.2.1", "3.0.0", "v3", "62",
)  # fmt: skip
HEADERS: Final = (
    "", "description", "Setting", "code|1", "code | 2 | type", "code|3", "code|3|type", "code|[i]",
    "code|[i]|type", "code|x", "code|02", "code|1|note", "payer_name", "PLAN_NAME", "modifiers",
    "estimated_amount", "standard_charge|gross",
    "standard_charge | [payer_name] | [plan_name] | negotiated_dollar",
    "median_amount|[payer_name]|[plan_name]", "count|New Payer|New Plan",
    "additional_payer_notes|New Payer|New Plan", "standard_charge|New Payer|New Plan|methodology",
    "standard_charge|||methodology", "estimated_amount|" + "|".join(PLANS[0]), "license_number|TX",
    "license_number|ZZ", "LICENSE_NUMBER | ca", "license_number|[state]", "hospital_name",
    "version", "attester_name", "type_2_npi", "hospital_location", "location_name", AFFIRMATION,
    ATTESTATION, "billing_class", "count", "notes|a|b|c|d",
)  # fmt: skip
JSON_VALUES: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 12.5, 999999999, 1e400, "", " ", "0", "10", "11", "999999999",
    "1 through 10", "other", "fee schedule", "NDC", "CMG", "inpatient", "both", "TX", "ZZ", "GR",
    "2026-02-29", "2024-02-29", "3.0.0", "2.2.1", "9.9", [], {}, [1], [""], ["x"], [{}], [None],
    {"type": "NDC"}, {"setting": "both"}, ATTESTATION, AFFIRMATION,
)  # fmt: skip
JSON_NAMES: Final = (
    "estimated_amount", "count", "median_amount", "10th_percentile", "90th_percentile", "setting",
    "modifier_code", "drug_information", "additional_payer_notes", "standard_charge_dollar",
    "standard_charge_algorithm", "standard_charge_percentage", "gross_charge", "minimum",
    "payers_information", "location_name", "hospital_location", "type_2_npi", "something_else",
)  # fmt: skip


def broken_file(seed: int, version: str, layout: str) -> bytes:
    """Return a file of a layout, valid under a version, then changed as the seed says."""
    random = Random(seed)
    if layout == "json":
        return _broken_json(random, version)
    table = rows(version, layout)
    for _ in range(random.choice((1, 1, 2, 3))):
        random.choice(_TABLE_CHANGES)(random, table)
    content = written(table, random.choice(("\n", "\n", "\r\n")))
    if random.random() < 0.4:  # noqa: PLR2004 — two in five files are broken below the cells, too
        content = random.choice(_BYTE_CHANGES)(random, content)
    return content


def _cell(random: Random, table: Table) -> tuple[list[str], int]:
    row = random.choice([row for row in table if row] or [[""]])
    return row, random.randrange(len(row))


def _row_below(random: Random, table: Table, first: int) -> list[str]:
    return random.choice(table[first:] or [[""]]) or [""]


def _set_value(random: Random, table: Table) -> None:
    row = _row_below(random, table, 3)
    row[random.randrange(len(row))] = random.choice(VALUES)


def _set_metadata(random: Random, table: Table) -> None:
    row = table[min(1, len(table) - 1)] or [""]
    row[random.randrange(len(row))] = random.choice(VALUES)


def _set_header(random: Random, table: Table) -> None:
    row = table[random.choice((0, 2)) % len(table)]
    if row:
        row[random.randrange(len(row))] = random.choice(HEADERS)


def _add_column(random: Random, table: Table) -> None:
    header = random.choice(HEADERS)
    first = random.choice((0, 2))
    for number, row in enumerate(table[first:]):
        row.append(header if number == 0 else random.choice(("", "", "1", "x")))


def _drop_column(random: Random, table: Table) -> None:
    first = random.choice((0, 2))
    column = random.randrange(max(1, len(table[first % len(table)])))
    for row in table[first:] if first else table[:2]:
        del row[column : column + 1]


def _shuffle_columns(random: Random, table: Table) -> None:
    order = list(range(len(table[2]) if len(table) > 2 else 0))  # noqa: PLR2004 — row 3 has the headers
    random.shuffle(order)
    for row in table[2:]:
        if len(row) == len(order):
            row[:] = [row[column] for column in order]


def _drop_row(random: Random, table: Table) -> None:
    if len(table) > 1:
        del table[random.randrange(len(table))]


def _blank_row(random: Random, table: Table) -> None:
    table.insert(random.randrange(len(table) + 1), random.choice(([], [""], ["", " ", ""])))


def _cut_row(random: Random, table: Table) -> None:
    row, column = _cell(random, table)
    del row[column:]


def _no_rows(random: Random, table: Table) -> None:
    del table[random.choice((1, 2, 3)) :]


def _decorate(random: Random, table: Table) -> None:
    """Write a header or value with blanks and other capitals, which changes nothing."""
    row, column = _cell(random, table)
    text = row[column]
    row[column] = random.choice(
        (text.upper(), f" {text} ", " | ".join(text.split("|")), f"\t{text}\u00a0", text.title())
    )


def _empty_many(random: Random, table: Table) -> None:
    row = _row_below(random, table, 3)
    for column in random.sample(range(len(row)), k=len(row) // 2):
        row[column] = ""


_TABLE_CHANGES: Final[tuple[Callable[[Random, Table], None], ...]] = (
    _set_value, _set_value, _set_value, _set_value, _set_metadata, _set_header, _set_header,
    _add_column, _drop_column, _shuffle_columns, _drop_row, _blank_row, _cut_row, _no_rows,
    _decorate, _decorate, _empty_many, _empty_many,
)  # fmt: skip


def _with_mark(random: Random, content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + random.choice((b"", b"", b"\n", b" \n\n")) + content


def _stray_quote(random: Random, content: bytes) -> bytes:
    position = random.randrange(len(content) + 1)
    return content[:position] + random.choice((b'"', b'""', b'" ', b'"\r')) + content[position:]


def _quote_everything(_random: Random, content: bytes) -> bytes:
    lines = content.decode().replace('"', "").split("\n")
    quoted = ['","'.join(line.rstrip("\r").split(",")) for line in lines]
    return "\r\n".join(f'"{line}" ' for line in quoted).encode()


def _other_bytes(random: Random, content: bytes) -> bytes:
    position = random.randrange(len(content) + 1)
    stray = random.choice((b"\x92", b"\xff\xfe", b"\x00", b"\xe2\x80", b"\xc3", b"\x1c", b"\x85"))
    return content[:position] + stray + content[position:]


def _mixed_line_ends(random: Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    return b"".join(line + random.choice((b"\n", b"\r\n", b"\r\r\n")) for line in lines)


def _cut_off(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _old_macintosh(_random: Random, content: bytes) -> bytes:
    return content.replace(b"\r", b"").replace(b"\n", b"\r")


_BYTE_CHANGES: Final[tuple[Callable[[Random, bytes], bytes], ...]] = (
    _with_mark, _stray_quote, _stray_quote, _quote_everything, _other_bytes, _mixed_line_ends,
    _cut_off, _old_macintosh,
)  # fmt: skip


def _broken_json(random: Random, version: str) -> bytes:
    found: Any = document(version)
    for _ in range(random.choice((1, 1, 2, 4))):
        _change_document(random, found)
    content = json.dumps(found, indent=random.choice((None, 1)), ensure_ascii=False).encode()
    content = content.replace(b"Infinity", b"1e400")
    if random.random() < 0.3:  # noqa: PLR2004 — three in ten are broken as text, too
        content = random.choice(_TEXT_CHANGES)(random, content)
    return content


def _any_value(random: Random) -> Any:  # noqa: ANN401 — any JSON value
    """Return a value of its own: what is changed later is not the list itself."""
    return deepcopy(random.choice(JSON_VALUES))


def _change_document(random: Random, found: Any) -> None:  # noqa: ANN401 — any JSON value
    """Walk down at random and drop, add or replace something there."""
    node = found
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        below = [key for key in keys if isinstance(node[key], dict | list) and node[key]]
        if not below or random.random() < 0.25:  # noqa: PLR2004 — how deep the walk goes
            break
        node = node[random.choice(below)]
    keys = list(node) if isinstance(node, dict) else list(range(len(node)))
    choice = random.randrange(4)
    if choice == 0 and keys:
        del node[random.choice(keys)]
    elif choice == 1 and isinstance(node, dict):
        node[random.choice(JSON_NAMES)] = _any_value(random)
    elif choice == 2 and isinstance(node, list):  # noqa: PLR2004 — one of the four
        node.append(_any_value(random))
    elif keys:
        node[random.choice(keys)] = _any_value(random)


_STRAYS: Final = (
    *b",}]\"{[:0- \t\x01", b"nul", b"\\", b"\\u12", b"\xff", b"\\n", b"1.", b"e5",
)  # fmt: skip


def _insert_text(random: Random, content: bytes) -> bytes:
    position = random.randrange(len(content) + 1)
    stray = random.choice(_STRAYS)
    stray = bytes((stray,)) if isinstance(stray, int) else stray
    return content[:position] + stray + content[position:]


def _append_text(random: Random, content: bytes) -> bytes:
    return content + random.choice((b"\n\n", b" x", b"{}", b",", b"\x00"))


def _trailing_comma(_random: Random, content: bytes) -> bytes:
    return content.rstrip()[:-1] + b" , }"


_TEXT_CHANGES: Final[tuple[Callable[[Random, bytes], bytes], ...]] = (
    _insert_text, _insert_text, _cut_off, _with_mark, _append_text, _trailing_comma,
)  # fmt: skip
