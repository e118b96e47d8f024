"""Tax ceilings: the policy that a tax rule names must be there, be well, and share the currency."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final, get_args

from pricing.coverage.documents.policy_document import ROLLING, Limit, Period, Policy
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import InvalidDocument, quoted
from pricing.documents.sentences import suggestion

_WITHIN_A_TRIP: Final = frozenset({"trip", "visit"})
"""Periods whose balances a ceiling needs from nowhere."""
_LASTING: Final = frozenset({*get_args(Period), ROLLING}) - _WITHIN_A_TRIP


@dataclass(frozen=True, slots=True)
class Ceilings:
    """Where a tax rule's policy is looked for: its text by id, None where there is none."""

    find_text: Callable[[str], str | None]
    known: Collection[str] = ()


def check_ceilings(
    policy: Policy, ceilings: Ceilings, read: Callable[[str, str], Policy], found: FaultList
) -> None:
    """Note every tax rule whose ceiling policy is not there or cannot be held against this one."""
    for place, version in enumerate(policy.versions):
        name = None if version.tax is None else version.tax.ceiling
        if name is None or name == policy.id:
            continue
        fault = _fault_of(name, policy, ceilings, read)
        if fault is not None:
            found.add(("versions", place, "tax", "ceiling"), fault)


def _fault_of(
    name: str, policy: Policy, ceilings: Ceilings, read: Callable[[str, str], Policy]
) -> str | None:
    text = ceilings.find_text(name)
    if text is None:
        advice = suggestion(name, sorted(ceilings.known))
        return (
            f"no policy {quoted(name)} is shipped, nor {name}.yaml beside this document; {advice}"
        )
    try:
        ceiling = read(text, f"{name}.yaml")
    except InvalidDocument as error:
        return f"{name}.yaml is not well: {error.faults[0]}"
    if ceiling.id != name:
        return f"{name}.yaml holds the policy {quoted(ceiling.id)}; name it so, or rename the file"
    if ceiling.currency != policy.currency:
        return f"{name} is in {ceiling.currency}; a ceiling has this policy's {policy.currency}"
    return _lasting_fault(name, ceiling)


def _lasting_fault(name: str, ceiling: Policy) -> str | None:
    """Return what is wrong with a ceiling for more than a trip: every trip would have it anew."""
    for version in ceiling.versions:
        for limit in version.limits:
            period = _find_lasting(limit)
            if period is not None:
                return (
                    f"{name} has a limit per {period} ({limit.id}), and no balances are kept of a "
                    "ceiling: every trip would have all of it; let the ceiling's limits be per trip"
                )
    return None


def _find_lasting(limit: Limit) -> str | None:
    periods = (limit.per, *(most.per for most in limit.maxima))
    return next((period for period in periods if period in _LASTING), None)
