"""Organisations that have a part in cases: operators, payers and facilities."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from logistics.errors import InvalidField
from logistics.plain_text import find_no_text

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}[a-z0-9]", re.ASCII)
_PREFIX = re.compile(r"[A-Z]{2,6}", re.ASCII)


class OrganisationKind(StrEnum):
    """What an organisation is for."""

    OPERATOR = "operator"
    """Runs cases: its coordinators plan, its case managers accompany."""

    PAYER = "payer"
    """An insurer or sponsor, whose members the patients are."""

    FACILITY = "facility"
    """A Center of Excellence."""


class CasePart(StrEnum):
    """What part an organisation has in a case; a case has one operator."""

    OPERATOR = "operator"
    PAYER = "payer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One organisation.

    ``case_prefix`` begins every reference of an operator's cases (``"SJ"`` in ``SJ-1001``), so
    that no operator can learn from a taken reference what another one has; the others have none.
    ``facility_id`` is the facility that a facility's organisation stands for.
    """

    id: str
    name: str
    kind: OrganisationKind
    case_prefix: str = ""
    facility_id: str | None = None
    is_sample: bool = False

    def __post_init__(self) -> None:
        """Refuse ids nobody can type, operators without a prefix, facilities without a place."""
        if not _ID.fullmatch(self.id):
            raise InvalidField("id", "2 to 64 small letters, digits and hyphens")
        if not self.name.strip():
            raise InvalidField("name", "must not be empty")
        if find_no_text(self.name) or len(self.name.splitlines()) > 1:
            raise InvalidField("name", "letters only, on one line")
        if (self.kind is OrganisationKind.OPERATOR) != bool(self.case_prefix):
            raise InvalidField("case_prefix", "an operator has one, and nobody else")
        if self.case_prefix and not _PREFIX.fullmatch(self.case_prefix):
            raise InvalidField("case_prefix", "2 to 6 capital letters, such as 'SJ'")
        if (self.kind is OrganisationKind.FACILITY) != (self.facility_id is not None):
            raise InvalidField("facility_id", "a facility's organisation has one, and nobody else")

    def owns(self, reference: str) -> bool:
        """Return whether the reference of a case begins with the own prefix."""
        return bool(self.case_prefix) and reference.startswith(f"{self.case_prefix}-")

    def require_own(self, reference: str) -> None:
        """Raise InvalidField unless the reference of a case begins with the own prefix."""
        if not self.owns(reference):
            raise InvalidField("reference", f"must begin with {self.case_prefix}-")
