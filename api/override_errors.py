"""What goes wrong where the policy has an exception: the word of two people, erasure."""

from __future__ import annotations

from datetime import date


class OverrideError(Exception):
    """Base of every error about exceptions to the policy."""


class ApprovalNotFound(OverrideError):
    """No wish for a second person's word has that id."""

    def __init__(self, approval_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no approval {approval_id!r}")
        self.approval_id = approval_id


class ApprovalWaiting(OverrideError):
    """The same thing has been asked for, and nobody has decided yet."""

    def __init__(self, action: str, subject: str) -> None:
        """Keep what it is about."""
        super().__init__(
            f"somebody has asked for {action} of {subject} already; it waits for a second person"
        )


class OwnApproval(OverrideError):
    """Somebody wants to decide what they have asked for themselves."""

    def __init__(self, approval_id: str) -> None:
        """Keep the id."""
        super().__init__(f"you have asked for {approval_id} yourself; somebody else has to decide")
        self.approval_id = approval_id


class EstimateKept(OverrideError):
    """A case has an estimate that the law wants kept for longer."""

    def __init__(self, reference: str, until: date) -> None:
        """Keep the case and the last day of keeping."""
        super().__init__(
            f"case {reference} has a good-faith estimate that must be kept until {until} "
            "(45 CFR 149.610); ask for its erasure after that day"
        )
        self.reference = reference
        self.until = until


class VisitAhead(OverrideError):
    """A case was to be erased whose visit is still to come."""

    def __init__(self, reference: str) -> None:
        """Keep the case."""
        super().__init__(f"{reference} has an appointment still to come; cancel the visit first")
        self.reference = reference


class AlreadyDecided(OverrideError):
    """Somebody was faster, or the wish has waited too long."""

    def __init__(self, approval_id: str, decision: str) -> None:
        """Keep the id and what became of it."""
        super().__init__(f"{approval_id} is {decision or 'decided'} already; ask again if need be")
        self.approval_id = approval_id
