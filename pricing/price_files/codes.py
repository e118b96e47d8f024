"""Codes as they are looked up: written one way, whatever way a file writes them.

A code is kept as written beside its type, ``MS-DRG 470``. For look-ups, spaces and case go, a
hospital's own number in brackets behind a code goes (``68516-5216-8 [345150]``), a DRG has three
digits, a revenue code four, an NDC in three parts has eleven, an ICD code no dot. The same rules
stand here once, as SQL macros, for files and for questions.

Licences: CPT (AMA) and CDT (ADA) descriptors, UB-04 revenue codes and APR-DRG are licensed; long
descriptors are dropped where a row bears such a code. A revenue code beside a code of another kind
only says where the item was used, so it counts where it stands alone.
"""

from __future__ import annotations

from typing import Final

MACROS: Final = (
    # Types without spaces, "?" where there is none.
    (
        "CREATE TEMP MACRO code_type(t) AS "
        "coalesce(nullif(upper(regexp_replace(t, '\\s+', '', 'g')), ''), '?')"
    ),
    (
        "CREATE TEMP MACRO bare_code(c) AS "
        "upper(regexp_replace(regexp_replace(c, '\\s*\\[[^\\]]*\\]\\s*$', ''), '\\s+', '', 'g'))"
    ),
    (
        "CREATE TEMP MACRO digits_of(c, n) AS "
        "CASE WHEN regexp_full_match(c, '[0-9]+') AND length(ltrim(c, '0')) <= n "
        "THEN lpad(ltrim(c, '0'), n, '0') ELSE c END"
    ),
    (
        "CREATE TEMP MACRO ndc_of(c) AS "
        "CASE WHEN regexp_full_match(c, '[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}') "
        "THEN lpad(split_part(c, '-', 1), 5, '0') || lpad(split_part(c, '-', 2), 4, '0') "
        "|| lpad(split_part(c, '-', 3), 2, '0') ELSE replace(c, '-', '') END"
    ),
    (
        "CREATE TEMP MACRO normal_code(t, c) AS CASE "
        "WHEN t = 'RC' THEN digits_of(bare_code(c), 4) "
        "WHEN t = 'NDC' THEN ndc_of(bare_code(c)) "
        "WHEN t = 'ICD' THEN replace(bare_code(c), '.', '') "
        "WHEN t IN ('MS-DRG', 'DRG', 'TRIS-DRG', 'MS-LTC-DRG') THEN digits_of(bare_code(c), 3) "
        "ELSE bare_code(c) END"
    ),
    # Category I, II, III, PLA and MAAA codes are CPT, whatever type a file gives them.
    (
        "CREATE TEMP MACRO is_licensed_code(t, c) AS "
        "t IN ('CPT', 'CDT', 'APR-DRG') "
        "OR (t = 'HCPCS' AND regexp_full_match(bare_code(c), '([0-9]{4}[0-9FTUM]|D[0-9]{4})'))"
    ),
)
"""To be made on each connection; other macros are made of them."""
