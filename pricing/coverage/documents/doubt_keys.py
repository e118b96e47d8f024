"""Doubts about words that stand beside a table's keys: ``Denvr CO`` where a row is Denver CO's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

from pricing.coverage.documents.check_words import compared, looked_up
from pricing.coverage.documents.formulas import list_formulas
from pricing.coverage.documents.policy_document import Policy
from pricing.documents.fault_list import FaultList
from pricing.expressions.tree import Call, Constant, Expression, walk

_ALIKE: Final = 0.82
"""How much of a word must be that of a key, for it to be taken for a misspelling of it."""
_SAME: Final = frozenset({"line.location", "day.location"})
"""Facts that hold the same words."""
_HELD_MAX: Final = 50_000
"""Keys that words of one policy are held against; beyond them no near one is looked for."""


def doubt_keys(policy: Policy, found: FaultList) -> None:
    """Note words that a table's keys are probably meant by, and keys that a table has not."""
    keys = _Keys(
        {
            name: {row.key: None for row in rows if row.key is not None}
            for name, rows in policy.tables.items()
        }
    )
    tables_of = _tables_of(policy)
    for formula in list_formulas(policy):
        for fact, word in compared(formula.expression):
            tables = tables_of.get(_alias(fact), {})
            if not any(word in keys.of[table] for table in tables):
                for table in tables:
                    meant = keys.find_meant(word, table)
                    if meant:
                        asked = f"the table {table}, which {fact} is looked up in"
                        message = f"'{word}' is no key of {asked}; did you mean '{meant}'?"
                        found.add(formula.path, message)
        for table, word in _words_looked_up(formula.expression):
            if keys.of.get(table) and word not in keys.of[table]:
                meant = keys.find_meant(word, table)
                advice = f"; did you mean '{meant}'?" if meant else ""
                found.add(formula.path, f"the table {table} has no row of '{word}'{advice}")


@dataclass(slots=True)
class _Keys:
    """The keys ``of`` each table, in the order of its rows; ``left`` may still be looked at."""

    of: dict[str, dict[str, None]]
    left: int = _HELD_MAX

    def find_meant(self, word: str, table: str) -> str | None:
        """Return the key of a table that a word, which is none, is probably a misspelling of."""
        self.left -= len(self.of[table])
        if self.left < 0:
            return None
        plain = {key.casefold(): key for key in self.of[table]}
        close = get_close_matches(word.casefold(), plain, n=1, cutoff=_ALIKE)
        return plain[close[0]] if close else None


def _tables_of(policy: Policy) -> dict[str, dict[str, None]]:
    """Return the tables that each fact is looked up in."""
    tables: dict[str, dict[str, None]] = {}
    for formula in list_formulas(policy):
        for fact, table in looked_up(formula.expression):
            if table in policy.tables:
                tables.setdefault(_alias(fact), {})[table] = None
    return tables


def _alias(fact: str) -> str:
    return "location" if fact in _SAME else fact


def _words_looked_up(expression: Expression) -> Iterator[tuple[str, str]]:
    """Yield each table with each word of the document that it is looked up by."""
    for node in walk(expression.root):
        if isinstance(node, Call) and node.function == "lookup":
            name, *keys = node.arguments
            for key in keys:
                if isinstance(key, Constant) and isinstance(key.value, str):
                    yield str(name.value) if isinstance(name, Constant) else "", key.value
