"""Conditions and benefits: names that must exist, rules nothing can reach, caps by currency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pricing.coverage.documents.check_money import check_currency
from pricing.coverage.documents.policy_document import Benefit, Policy, Version
from pricing.coverage.errors import UnknownKind
from pricing.coverage.kinds import Kind, expand, expand_known
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.documents.located import Step
from pricing.documents.sentences import suggestion

_Path = tuple[Step, ...]

_GIVEN_SETS: Final = ("everyone", "patient")
_SECTIONS: Final = ("conditions", "benefits", "limits")


def check_rules(version: Version, path: _Path, policy: Policy, found: FaultList) -> None:
    """Note the faults of one version's conditions, benefits, travellers and tax."""
    _check_ids(version, path, found)
    _check_travellers(version, path, found)
    for place, condition in enumerate(version.conditions):
        check_kinds((*path, "conditions", place, "applies_to"), condition.applies_to, found)
    for place, benefit in enumerate(version.benefits):
        where = (*path, "benefits", place)
        check_kinds((*where, "covers"), benefit.covers, found)
        _check_by_currency(benefit.up_to, (*where, "up_to"), policy, found)
        _check_by_currency(benefit.amount, (*where, "amount"), policy, found)
        _check_cabins(benefit, where, found)
    for place, limit in enumerate(version.limits):
        _check_by_currency(limit.cap, (*path, "limits", place, "cap"), policy, found)
    _check_reached(version.benefits, path, found)
    if version.tax is not None and version.tax.ceiling == policy.id:
        found.add((*path, "tax", "ceiling"), "is this policy itself; name another one")


def _check_ids(version: Version, path: _Path, found: FaultList) -> None:
    seen: dict[str, _Path] = {}
    for section in _SECTIONS:
        for place, rule in enumerate(getattr(version, section)):
            where = (*path, section, place, "id")
            first = seen.setdefault(rule.id, where)
            if first != where:
                line = found.root.line_at(first)
                found.add(where, f"{quoted(rule.id)} is the id of the rule on line {line} too")


def _check_travellers(version: Version, path: _Path, found: FaultList) -> None:
    for name, people in version.travellers.items():
        where = (*path, "travellers", name)
        if name in _GIVEN_SETS:
            found.add_at_key(where, "exists already; choose another name")
        entries = [entry.when is not None for entry in people.companions]
        _check_entries((*where, "companions"), entries, found)
    known = [*_GIVEN_SETS, *version.travellers]
    for place, benefit in enumerate(version.benefits):
        if benefit.travellers not in known:
            name = benefit.travellers
            message = f"no set of travellers is named {quoted(name)}; {suggestion(name, known)}"
            found.add((*path, "benefits", place, "travellers"), message)


def _check_cabins(benefit: Benefit, path: _Path, found: FaultList) -> None:
    if benefit.cabin is not None:
        entries = [entry.when is not None for entry in benefit.cabin.highest]
        _check_entries((*path, "cabin", "highest"), entries, found)


def _check_entries(path: _Path, has_when: Sequence[bool], found: FaultList) -> None:
    """Note what stands below the first entry without ``when``: that one always holds."""
    if False in has_when and has_when.index(False) < len(has_when) - 1:
        line = found.root.line_at((*path, has_when.index(False)))
        found.add(
            (*path, has_when.index(False) + 1),
            f"is never reached: the entry on line {line} has no when and always holds",
        )


def check_kinds(path: _Path, names: Sequence[str], found: FaultList) -> None:
    """Note names that are neither kinds nor groups, and an empty list."""
    if not names:
        found.add(path, "must have at least one entry; [everything] is all of them")
    for place, name in enumerate(names):
        try:
            expand((name,))
        except UnknownKind as error:
            found.add((*path, place), f"there is no kind {quoted(name)}; {error.advice}")


def _check_by_currency(written: object, where: _Path, policy: Policy, found: FaultList) -> None:
    """Note what is wrong with the currencies of an amount that is one for each of several."""
    if not isinstance(written, dict):
        return
    if policy.currency not in written:
        found.add(
            where,
            f"lacks {policy.currency}: an amount only in other currencies is one nobody pays in",
        )
    for code in written:
        if check_currency((*where, code), code, found) and code != policy.currency:
            _check_exchange((*where, code), policy, found)


def _check_exchange(path: _Path, policy: Policy, found: FaultList) -> None:
    if policy.exchange is None:
        found.add(
            path, "is never used: without exchange, an expense in another currency is refused"
        )


def _check_reached(benefits: Sequence[Benefit], path: _Path, found: FaultList) -> None:
    taken: dict[Kind, str] = {}
    for place, benefit in enumerate(benefits):
        kinds = expand_known(benefit.covers)
        if kinds and kinds <= taken.keys():
            before = ", ".join(dict.fromkeys(taken[kind] for kind in sorted(kinds)))
            found.add(
                (*path, "benefits", place),
                f"is never reached: {before} above covers the same kinds for everyone, always",
            )
        elif benefit.when is None and benefit.travellers == "everyone":
            for kind in kinds:
                taken.setdefault(kind, benefit.id)
