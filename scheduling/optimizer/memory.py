"""What searches over the same document and aim need not work out twice.

A search that fixes an outbound journey leaves chains and return legs as they were; the masks of a
selection it does not touch are the same objects, and so is what was made from them.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Memory:
    """Results by what they were made from; objects count as the same when they are identical."""

    def __init__(self, limit: int = 256) -> None:
        """Remember the last `limit` results."""
        self._found: dict[tuple[Hashable, ...], tuple[Any, tuple[object, ...]]] = {}
        self._limit = limit

    def recall(
        self, name: tuple[Hashable, ...], sources: tuple[object, ...], make: Callable[[], T]
    ) -> T:
        """Return what `make` made the last time from the same sources, or make it now."""
        key = (*name, *(id(source) for source in sources))
        if key not in self._found:
            if len(self._found) >= self._limit:
                self._found.pop(next(iter(self._found)))
            # The sources are kept with the result, so that no other object can take their id.
            self._found[key] = (make(), sources)
        result: T = self._found[key][0]
        return result
