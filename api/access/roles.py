"""The roles people have, and which an organisation of each kind can give."""

from __future__ import annotations

from enum import StrEnum

from logistics.organisation import OrganisationKind


class Role(StrEnum):
    """What somebody is in their organisation, or in one case (patient, companion)."""

    COORDINATOR = "coordinator"
    """Plans and books the visits of the operator's cases."""

    CASE_MANAGER = "case_manager"
    """A nurse of the operator: the medical side of its cases."""

    INSURER_REVIEWER = "insurer_reviewer"
    """Looks at the cases of the payer's own members, and decides what it approves."""

    FACILITY_CONTACT = "facility_contact"
    """Offers slots at, and answers for, one facility."""

    PATIENT = "patient"
    """The person a case is about: that case and nothing else."""

    COMPANION = "companion"
    """Somebody who travels along: the itinerary, without diagnosis or money."""

    AUDITOR = "auditor"
    """Reads the audit trail of the organisation, and no case."""

    ADMINISTRATOR = "administrator"
    """Keeps the organisation's users and tokens, and reads no case."""

    SYSTEM = "system"
    """The service itself: commands run on its own machine, and timers. Nobody logs in as it."""


ROLES_OF = {
    OrganisationKind.OPERATOR: frozenset(
        {
            Role.COORDINATOR,
            Role.CASE_MANAGER,
            Role.PATIENT,
            Role.COMPANION,
            Role.AUDITOR,
            Role.ADMINISTRATOR,
        }
    ),
    OrganisationKind.PAYER: frozenset({Role.INSURER_REVIEWER, Role.AUDITOR, Role.ADMINISTRATOR}),
    OrganisationKind.FACILITY: frozenset({Role.FACILITY_CONTACT, Role.AUDITOR, Role.ADMINISTRATOR}),
}
"""The roles a user of each kind of organisation can have."""
