"""What looks wrong in terms that have no fault: terms never reached, and names nothing uses.

None of it keeps terms from pricing a claim; whoever writes them is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel

from pricing.contracts.documents.claim_document import Claim
from pricing.contracts.documents.doubt_figures import doubt_figures
from pricing.contracts.documents.formulas import list_formulas
from pricing.contracts.documents.rate import Rate
from pricing.contracts.documents.selector import Claims, Lines
from pricing.contracts.documents.terms_document import Term, Terms
from pricing.documents.compose import read_located
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import Fault, told_once
from pricing.expressions.tree import list_facts, list_tables

_Declared = tuple[tuple[str, str], str, bool]
"""Where something is declared, how it is used, and whether it is."""
_USED_BY: Final = MappingProxyType(
    {"schedules": "schedule", "modifiers": "modifiers", "escalators": "escalate"}
)
"""What is declared in the head, and the key of a rate or a step that names it."""
_READ_AS: Final = MappingProxyType({"measures": "measure", "tests": "test", "amounts": "amount"})
"""What is declared in the head, and the owner of the facts by which formulas read it."""


def list_doubts(document: object, text: str | bytes) -> tuple[Fault, ...]:
    """Return what is doubtful in terms or a claim read from this text; in anything else nothing."""
    if isinstance(document, Claim):
        return list_claim_warnings(document, text)
    return list_warnings(document, text) if isinstance(document, Terms) else ()


def list_warnings(terms: Terms, text: str | bytes) -> tuple[Fault, ...]:
    """Return what is doubtful in terms read from this text, in order of line."""
    found = FaultList(read_located(text, terms.id))
    _doubt_reached(terms.terms, found)
    _doubt_unused(terms, found)
    doubt_figures(terms, found)
    return told_once(found.faults)


def list_claim_warnings(claim: Claim, text: str | bytes) -> tuple[Fault, ...]:
    """Return what is doubtful in a claim: days it cannot have, lines twice, lines of nothing."""
    found = FaultList(read_located(text, claim.id))
    _doubt_days(claim, found)
    seen: dict[object, int] = {}
    for place, line in enumerate(claim.lines):
        path = ("lines", place)
        billed = repr(line.model_copy(update={"id": None}))
        first = seen.setdefault(billed, place)
        if first != place:
            where = found.root.line_at(("lines", first))
            found.add(path, f"says the same as the line on {where}; leave out what is billed twice")
        if line.units == 0:
            words = "is 0: what is paid once is paid all the same; leave the line out"
            found.add((*path, "units"), words)
    return told_once(found.faults)


def _doubt_days(claim: Claim, found: FaultList) -> None:
    """Note more days than there are from admission to discharge, more covered ones than days."""
    if claim.admitted is not None and claim.discharged is not None:
        most = (claim.discharged - claim.admitted).days + 1
        for key in ("days", "covered_days"):
            stated = getattr(claim, key)
            if stated is not None and stated > most:
                words = f"is more than the {most} days from admitted to discharged, both counted"
                found.add((key,), words)
    days, covered = claim.days, claim.covered_days
    if days is not None and covered is not None and covered > days:
        found.add(("covered_days",), f"is more than days, {days}")


def _doubt_reached(terms: Sequence[Term], found: FaultList) -> None:
    """Note a term whose lines one above it always takes."""
    for place, term in enumerate(terms):
        above = next((one for one in terms[:place] if _takes_all_of(one, term)), None)
        if above is None or term.in_addition:
            continue
        every = above.lines == Lines() and above.claim == Claims()
        what = "every line" if every else "the same lines"
        found.add(
            ("terms", place, "id"),
            f"pays nothing: {above.id} stands above and takes {what}; write the special "
            "before the general",
        )


def _takes_all_of(above: Term, term: Term) -> bool:
    """Tell whether a term takes whatever another could take, so far as it can be read off."""
    if above.in_addition or above.when is not None or not _prices_any(above.pays):
        return False
    covers_days = (above.valid_from, above.valid_to) in {
        (None, None),
        (term.valid_from, term.valid_to),
    }
    covers_claims = above.claim in (Claims(), term.claim)
    return covers_days and covers_claims and above.lines in (Lines(), term.lines)


def _prices_any(rate: Rate) -> bool:
    """Tell whether a rate has an amount for every line, listed or not."""
    if rate.schedule is not None:
        return False
    if rate.kind == "first_of":
        return any(one.when is None and _prices_any(one) for one in rate.alternatives)
    return rate.kind == "each_line" or all(_prices_any(one) for one in rate.alternatives)


def _doubt_unused(terms: Terms, found: FaultList) -> None:
    """Note what the head declares and no rate, step or formula names."""
    for path, use, is_used in (*_read(terms), *_used(terms)):
        if not is_used:
            found.add_at_key(path, f"nothing uses this; write {use}, or delete it")


def _read(terms: Terms) -> Iterator[_Declared]:
    """Yield what formulas read."""
    formulas = [formula.expression for formula in list_formulas(terms)]
    tables = {str(one.value) for formula in formulas for one in list_tables(formula)}
    facts = {one.path for formula in formulas for one in list_facts(formula)}
    for name in terms.tables:
        yield ("tables", name), f"lookup('{name}', …)", name in tables
    for path in terms.facts:
        yield ("facts", path), path, path in facts
    for head, owner in _READ_AS.items():
        for name in getattr(terms, head):
            yield (head, name), f"{owner}.{name}", f"{owner}.{name}" in facts


def _used(terms: Terms) -> Iterator[_Declared]:
    """Yield what rates and steps name."""
    for head, key in _USED_BY.items():
        named = set(_named(terms, key))
        for name in getattr(terms, head):
            yield (head, name), f"{key}: {name}", name in named


def _named(part: object, key: str) -> Iterator[str]:
    """Yield the names that stand under a key, anywhere in a part of the document."""
    if isinstance(part, BaseModel):
        part = dict(part)
    if isinstance(part, dict):
        own = part.get(key)
        if isinstance(own, str):
            yield own
        part = tuple(part.values())
    if isinstance(part, tuple):
        for value in part:
            yield from _named(value, key)
