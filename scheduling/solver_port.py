"""The door to the solving process: what a job may ask of whoever solves problem documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from scheduling.optimizer.answer import Answer


class Solver(Protocol):
    """Solves a problem document in a process of its own."""

    def __call__(
        self,
        document: bytes,
        *,
        seconds: float,
        alternatives: int,
        cancelled: Callable[[], bool],
        explains: bool = True,
    ) -> Answer:
        """Return the answer, if there is no plan with what is in the way unless not `explains`.

        Raises SolveCancelled or SolveKilled when there is none.
        """
