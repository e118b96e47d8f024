"""What goes wrong where policies are tried, and where one is to be put in force."""

from __future__ import annotations

from typing import Final


class PolicyError(Exception):
    """Base of every error about trying policies."""


class PolicyHasFaults(PolicyError):
    """A policy document was to be put in force that has faults."""

    def __init__(self, policy_id: str, revision: int, faults: int) -> None:
        """Keep the revision and how many faults it has."""
        super().__init__(
            f"revision {revision} of {policy_id} has {faults:,} fault{'' if faults == 1 else 's'};"
            " mend the document, save it, and ask again"
        )
        self.policy_id = policy_id
        self.revision = revision


class TooLongToDecide(PolicyError):
    """A policy and a trip took more time or memory than one question gets."""

    def __init__(self, seconds: float) -> None:
        """Keep the limit."""
        super().__init__(
            f"the documents took more than {seconds:g} s or too much memory and were given up; "
            "make them smaller, or try fewer trips"
        )
        self.seconds = seconds


class DecidingBusy(PolicyError):
    """Others ask so much about policies that there is no place."""

    retryable: Final = True

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("too many policies are being tried just now; try again in a moment")
