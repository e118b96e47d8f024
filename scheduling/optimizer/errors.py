"""What can go wrong in the optimizer, one class for each thing a caller can act upon."""

from collections.abc import Sequence
from dataclasses import dataclass


class OptimizerError(Exception):
    """Base of every error the optimizer raises."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a problem document, and where (`slots[3].price_cents`)."""

    path: str
    message: str


class InvalidProblem(OptimizerError):
    """The document is not a problem document; `faults` says where and why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Keep the faults, in document order."""
        self.faults = tuple(faults)
        first = self.faults[0]
        more = f" (and {len(self.faults) - 1} more)" if len(self.faults) > 1 else ""
        super().__init__(f"not a valid problem document: {first.path}: {first.message}{more}")


class InvalidChoice(OptimizerError):
    """A choice names options that the document does not have, or leaves a part out."""


class UnknownOption(OptimizerError):
    """No option of the document has this id, or several lists have it."""

    def __init__(self, option: str, lists: Sequence[str] = ()) -> None:
        """Keep the id that was asked for and the lists that know it."""
        self.option = option
        self.lists = tuple(lists)
        if self.lists:
            forms = ", ".join(f"{name}/{option}" for name in self.lists)
            text = f"several lists have an option {option!r}; ask for one of: {forms}"
        else:
            text = f"the document has no option {option!r}; give the id of a slot, journey, ..."
            text = text.replace("...", "lodging or transfer")
        super().__init__(text)


class WrongAnswer(OptimizerError):
    """The independent check disagrees with the solver: our own bug, never the caller's."""


class SolveKilled(OptimizerError):
    """The solving process ended without an answer: out of time, out of memory, or crashed."""


class SolveCancelled(OptimizerError):
    """The caller asked for the solve to stop; its process is gone."""
