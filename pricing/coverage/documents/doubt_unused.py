"""Doubts about what nothing uses: tables, declared facts, sets of travellers, kinds nobody pays."""

from __future__ import annotations

from collections.abc import Sequence

from pricing.coverage.documents.formulas import list_formulas
from pricing.coverage.documents.policy_document import Policy, Version
from pricing.coverage.kinds import Kind, expand_known
from pricing.documents.fault_list import FaultList
from pricing.documents.located import Step
from pricing.expressions.tree import list_facts, list_tables

_Path = tuple[Step, ...]


def doubt_unused(policy: Policy, found: FaultList) -> None:
    """Note what stands in a policy and changes no decision."""
    tables = _used_tables(policy)
    for name in policy.tables:
        if name not in tables:
            found.add_at_key(
                ("tables", name),
                f"no rule looks this table up; write lookup('{name}', …), or delete it",
            )
    facts = _asked_facts(policy, tables)
    for path in policy.facts:
        if path not in facts:
            found.add_at_key(("facts", path), "no rule asks for this fact; use it, or delete it")
    for place, version in enumerate(policy.versions):
        where = ("versions", place)
        _doubt_travellers(version, where, found)
        _doubt_kinds(version, where, found)


def _used_tables(policy: Policy) -> set[str]:
    """Return the tables that rules look up, and those that the values of these look up."""
    used: set[str] = set()
    waiting = [
        str(table.value)
        for formula in list_formulas(policy)
        if formula.path[0] != "tables"
        for table in list_tables(formula.expression)
    ]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            for row in policy.tables.get(name, ()):
                waiting += [str(table.value) for table in list_tables(row.value)]
    return used


def _asked_facts(policy: Policy, tables: set[str]) -> set[str]:
    return {
        fact.path
        for formula in list_formulas(policy)
        if formula.path[0] != "tables" or formula.path[1] in tables
        for fact in list_facts(formula.expression)
    }


def _doubt_travellers(version: Version, path: _Path, found: FaultList) -> None:
    used = {benefit.travellers for benefit in version.benefits}
    for name in version.travellers:
        if name not in used:
            where = (*path, "travellers", name)
            found.add_at_key(where, "no benefit of this version is for this set; name it in one")


def _doubt_kinds(version: Version, path: _Path, found: FaultList) -> None:
    """Note what a condition or limit applies to although no benefit pays for it."""
    paid: frozenset[Kind] = frozenset()
    for benefit in version.benefits:
        if benefit.pays != "nothing":
            paid |= expand_known(benefit.covers)
    of_benefits = {one.id: one.pays != "nothing" for one in version.benefits}
    for section in ("conditions", "limits"):
        for place, rule in enumerate(getattr(version, section)):
            where = (*path, section, place)
            if "applies_to" in rule.model_fields_set:
                _doubt_applies((*where, "applies_to"), rule.applies_to, paid, of_benefits, found)


def _doubt_applies(
    path: _Path,
    names: Sequence[str],
    paid: frozenset[Kind],
    of_benefits: dict[str, bool],
    found: FaultList,
) -> None:
    for place, name in enumerate(names):
        kinds = expand_known((name,))
        if kinds and not kinds & paid:
            found.add((*path, place), f"no benefit of this version pays for {name}")
        elif not kinds and not of_benefits.get(name, True):
            found.add((*path, place), f"the benefit {name} pays nothing")
