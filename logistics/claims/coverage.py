"""Under which policy a case's travel is decided, and the account its balances are kept in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from logistics.people import Person

_LONGEST: Final = 100
"""Letters that a name in a trip document has at most."""

_BORN: Final = re.compile(r" \d{4}-\d{2}-\d{2}\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageAccount:
    """The running balances of one household under one policy.

    ``number`` counts the decisions that have drawn on them; ``balances`` is a balances document,
    empty before the first.
    """

    id: str
    payer_id: str
    policy_id: str
    household: str
    number: int
    balances: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageDecision:
    """A decision about a claim as it is kept; ``answer`` is what ``sojourn cover`` would print.

    ``policy_revision`` is None for a policy that came with Sojourn and was never kept here.
    """

    account_id: str
    number: int
    claim_id: str
    claim_version: int
    policy_revision: int | None
    inputs: str
    answer: str
    decided_at: datetime
    decided_by: str


def member_id(person: Person) -> str:
    """Return how trip documents and balances name somebody: the same in every case of theirs."""
    return member_called(person.name, person.birth_date)


def member_called(name: str, birth_date: date) -> str:
    """Return how somebody of that name and birth date is named; see `member_id`."""
    born = f" {birth_date.isoformat()}"
    return " ".join(name.split())[: _LONGEST - len(born)].rstrip() + born


def name_of(member: str) -> str:
    """Return how people call somebody whom trip documents name so."""
    return _BORN.sub("", member)
