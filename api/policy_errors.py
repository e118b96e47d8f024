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


class NoTrace(PolicyError):
    """It was asked how a visit's costs are decided, and that is not kept or not to be seen."""

    def __init__(self, of: str) -> None:
        """Keep whose costs."""
        super().__init__(
            f"how the costs of {of} are decided cannot be shown: it was decided before that was "
            "kept, or who pays what is not for you to see; plan the visit again, or ask whoever "
            "runs the case"
        )
        self.of = of


class TraceDisagrees(PolicyError):
    """A stored decision, made again from what it was made from, is another one."""

    def __init__(self, of: str, difference: str) -> None:
        """Keep whose costs, and what differs."""
        super().__init__(
            f"the costs of {of}, decided again from what was kept of them, are not those that are "
            f"stored ({difference}); the fault is ours and is noted, do not rely on either until "
            "it is mended"
        )
        self.of = of
        self.difference = difference


class DecidingBusy(PolicyError):
    """Others ask so much about policies that there is no place."""

    retryable: Final = True

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("too many policies are being tried just now; try again in a moment")
