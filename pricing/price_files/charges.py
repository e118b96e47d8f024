"""The SQL that makes charges of a price file's cells: one row for each item, payer and plan.

Two passes over the cells. The first makes small tables: ``items`` (each set of codes once, numbered
by the row in which it first stands, with all that depends on codes alone) and ``repeated`` (digests
of charges that stand more than once). The second numbers, types and flags the charges, and sorts
them by item and row unless the file has them so. Everything stays text until the second pass;
dollars become DECIMAL, never a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pricing.price_files.cells import BETWEEN, SEPARATOR, Cells, quoted
from pricing.price_files.columns import ITEM_FIELDS, NUMBERS, PAYER_FIELDS
from pricing.price_files.flags import CODE_TYPES, DECIMALS, mask_sql

ITEM_TEXTS: Final = tuple(name for name in ITEM_FIELDS if name not in NUMBERS)
PAYER_TEXTS: Final = ("payer", "plan", *(name for name in PAYER_FIELDS if name not in NUMBERS))
KEPT: Final = (
    "row", "place", "item", "codes", "description", "modifiers", "setting", "billing_class",
    "drug_unit", "drug_type", "gross", "cash", "minimum", "maximum", "payer", "plan", "dollar",
    "percent", "algorithm", "methodology", "estimated", "median", "p10", "p90", '"count"',
    "payer_notes", "notes", "unread", "flag_set",
)  # fmt: skip
"""The columns of a dataset's charges, in their order."""

_PAYER_NAMES: Final = ("payer", "plan", *PAYER_FIELDS)
_FOLDED: Final = {"setting", "billing_class", "methodology", "count"}


def seen_sql(cells: Cells) -> str:
    """Return the SQL of the first pass: what stands in the text, by codes and by charge.

    One scan groups twice: each set of codes with its first, last and number of rows, and digests of
    whole charges (of items, where payers stand side by side) that stand more than once.
    """
    return f"""
        CREATE TEMP TABLE seen AS
        SELECT codes_text, digest, min(row) AS item, max(row) AS last, count(*) AS rows,
            grouping(digest) = 1 AS is_item
        FROM (SELECT row, codes_text, {_digest_sql(cells, payer=not cells.payers)} AS digest
            FROM {cells.relation})
        GROUP BY GROUPING SETS ((codes_text), (digest))
        HAVING grouping(digest) = 1 OR count(*) > 1"""


def items_sql(*, licensed: bool) -> str:
    """Return the SQL that makes the table of items out of what was seen."""
    seen = "(SELECT codes_text, item FROM seen WHERE is_item)"
    return f"CREATE TEMP TABLE items AS {_with_codes_sql(seen, licensed=licensed)}"


def _with_codes_sql(relation: str, *, licensed: bool) -> str:
    """Return the SELECT of a relation with all that depends on its ``codes_text`` alone."""
    known = ", ".join(quoted(name) for name in CODE_TYPES)
    kind, code = "split_part(x, ' ', 1)", "substr(x, strpos(x, ' ') + 1)"
    drop = (
        "false"
        if licensed
        else f"list_bool_or([is_licensed_code({kind}, {code}) FOR x IN codes]) OR "
        f"list_bool_and([{kind} = 'RC' FOR x IN codes])"
    )
    pair = f"split_part(x, {BETWEEN}, 1)", f"trim(split_part(x, {BETWEEN}, 2))"
    return f"""
        SELECT *, len(codes) = 0 AS no_code,
            coalesce(list_bool_or([{kind} NOT IN ({known}) FOR x IN codes]), false) AS unknown_type,
            coalesce(list_bool_or([regexp_matches(x, '\\[[^\\]]*\\]\\s*$') FOR x IN codes]), false)
                AS bracketed,
            coalesce({drop}, false) AS drops_description
        FROM (
            SELECT *, [code_type({pair[0]}) || ' ' || {pair[1]}
                FOR x IN string_split(codes_text, {SEPARATOR}) IF {pair[1]} <> ''] AS codes
            FROM {relation}
        )"""


IS_GROUPED: Final = (
    "SELECT coalesce(bool_and(last - item + 1 = rows), true) FROM seen WHERE is_item"
)
"""Whether the rows of each item follow each other in the file, which is then in order."""

HAS_REPEATED: Final = "SELECT count(*) > 0 FROM seen WHERE NOT is_item"


def repeated_sql(cells: Cells) -> str:
    """Return the SQL that makes the table of digests of charges that stand more than once."""
    several = "SELECT digest FROM seen WHERE NOT is_item"
    if not cells.payers:
        return f"CREATE TEMP TABLE repeated AS {several}"
    # A payer stands once in a row, so only items in several rows can repeat a charge.
    return f"""
        CREATE TEMP TABLE repeated AS
        SELECT digest FROM ({_charge_cells(cells, only=several)})
        GROUP BY digest HAVING count(*) > 1"""


def charges_sql(cells: Cells, *, has_repeated: bool, is_grouped: bool, licensed: bool) -> str:
    """Return the SELECT of all charges, typed and flagged, in order of item and row.

    The left side of each join is the one that streams; the connection must not change that.
    """
    texts = {name for name in (*ITEM_TEXTS, *PAYER_TEXTS) if name != "description"}
    typed = ", ".join([
        *(f"TRY_CAST({name} AS DECIMAL(18, {DECIMALS})) AS {name}, {name} AS {name}_text"
          for name in NUMBERS),
        *(f'"{name}"' for name in sorted(texts)),
    ])  # fmt: skip
    unread = ", ".join(
        f"CASE WHEN {name} IS NULL AND trim({name}_text) <> '' "
        f"THEN '{name}=' || left({name}_text, 60) END"
        for name in NUMBERS
    )
    any_unread = " OR ".join(f"({name} IS NULL AND {name}_text IS NOT NULL)" for name in NUMBERS)
    repeated = "repeated.digest IS NOT NULL" if has_repeated else "false"
    return f"""
        SELECT {", ".join(KEPT)} FROM (
            SELECT *, ({mask_sql()})::INTEGER AS flag_set FROM (
                SELECT *, CASE WHEN {any_unread} THEN list_filter([{unread}],
                    lambda x: x IS NOT NULL) ELSE [] END AS unread
                FROM (
                    SELECT row, place, is_short, item, codes, no_code, unknown_type, bracketed,
                        description IS NOT NULL AS has_description,
                        CASE WHEN NOT drops_description THEN description END AS description,
                        {repeated} AS is_repeated, {typed}
                    FROM ({_item_cells(cells, digested=has_repeated, licensed=licensed)})
                    {"LEFT JOIN repeated USING (digest)" if has_repeated else ""}
                )
            )
        ) {"" if is_grouped else "ORDER BY item, row"}"""


def codes_sql() -> str:
    """Return the SELECT of the look-up table: each code of each item, sorted by code and type."""
    return """
        SELECT DISTINCT type, normal_code(type, code) AS code, item FROM (
            SELECT split_part(x, ' ', 1) AS type, substr(x, strpos(x, ' ') + 1) AS code, item
            FROM (SELECT item, unnest(codes) AS x FROM items)
        ) ORDER BY code, type, item"""


def _item_cells(cells: Cells, *, digested: bool, licensed: bool) -> str:
    """Return the SELECT of every charge's cells with what is known of its item.

    Of a wide file each row is looked up once, before its payers are set one below the other, and
    most rows not even that: an item that stands in one row has the row's number.
    """
    if not cells.payers:
        return f"FROM ({_charge_cells(cells, digested=digested)}) JOIN items USING (codes_text)"
    known = _with_codes_sql(cells.relation, licensed=licensed)
    several = "(SELECT codes_text, item FROM seen WHERE is_item AND rows > 1)"
    relation = f"""(SELECT rows.*, coalesce(several.item, row) AS item
        FROM ({known}) rows LEFT JOIN {several} several USING (codes_text))"""
    found = ["item", "codes", "no_code", "unknown_type", "bracketed", "drops_description"]
    return _charge_cells(replace(cells, relation=relation), digested=digested, own=found)


def _charge_cells(
    cells: Cells, *, digested: bool = True, only: str | None = None, own: Sequence[str] = ()
) -> str:
    """Return the SELECT of every charge's cells as trimmed text, payers one below the other.

    `digested` adds the charge's digest; `only` names digests of items, and others are left out;
    `own` names further columns of the relation.
    """
    own = ["row", "place", "is_short", "codes_text", *own]
    item = [_cell_sql(name, cells.fields.get(name)) for name in ITEM_FIELDS]
    if cells.payers:
        return _unpivoted(cells, own, item, digested=digested, only=only)
    of_payer = [_cell_sql(name, cells.fields.get(name)) for name in _PAYER_NAMES]
    digest = [f"{_digest_sql(cells)} AS digest"] if digested else []
    return f"SELECT {', '.join([*own, *item, *of_payer, *digest])} FROM {cells.relation}"


def _unpivoted(
    cells: Cells, own: list[str], item: list[str], *, digested: bool, only: str | None
) -> str:
    """Return the SELECT that sets a wide file's payers one below the other.

    Besides the payers each row has one entry of its own, which stays where no payer has a cell.
    """
    lists = [
        f"unnest([NULL, {', '.join(one.get(name, 'NULL') for one in cells.payers)}]::VARCHAR[]) "
        f'AS "{name}"'
        for name in _PAYER_NAMES
    ]
    of_payers = [cell for one in cells.payers for name, cell in one.items() if name in PAYER_FIELDS]
    of_row = f"{_digest_sql(cells, payer=False)} AS row_digest"
    filled = f"coalesce({', '.join(of_payers)}) IS NOT NULL AS has_payers"
    any_cell = ", ".join(f'"{name}"' for name in PAYER_FIELDS)
    payer_cells = [_cell_sql(name, f'"{name}"') for name in _PAYER_NAMES]
    digest = ["hash(row_digest, payer, plan) AS digest"] if digested else []
    chosen = [*own, *(f'"{name}"' for name in ITEM_FIELDS), *payer_cells, *digest]
    where = "" if only is None else f"WHERE {_digest_sql(cells, payer=False)} IN ({only})"
    return f"""
        SELECT {", ".join(chosen)} FROM (
            SELECT {", ".join([*own, *item, filled, of_row, *lists])} FROM {cells.relation} {where}
        ) WHERE coalesce({any_cell}) IS NOT NULL OR (payer IS NULL AND NOT has_payers)"""


def _cell_sql(name: str, cell: str | None) -> str:
    """Return the SQL of a cell under our name; numbers keep their text for the cast."""
    if cell is None:
        return f'NULL::VARCHAR AS "{name}"'
    if name in NUMBERS:
        return f'{cell} AS "{name}"'
    text = f"trim({cell})"
    if name in _FOLDED:
        text = f"lower({text})"
    elif name == "drug_type":
        text = f"upper({text})"
    return f"nullif({text}, '') AS \"{name}\""


def _digest_sql(cells: Cells, *, payer: bool = True) -> str:
    """Return the SQL of the digest of what must not repeat."""
    names = ("setting", "modifiers", "billing_class", *(("payer", "plan") if payer else ()))
    found = [cells.fields[name] for name in names if name in cells.fields]
    return f"hash({', '.join(['codes_text', *found])})"
