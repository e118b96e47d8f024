"""How many rows a reduction may hold at once, so that memory stays bounded whatever is asked."""

from dataclasses import dataclass
from typing import Final

from scheduling.optimizer.watch import OutOfTime
from scheduling.optimizer.weights import Mix

# Combinations of two rows, and legs, of one step of a join from which on a sketch comes first.
PAIRS_FIRST: Final = 4_000_000
ROWS_FIRST: Final = 100_000

# Legs of one direction held at once, or rows of one front; above that the search gives up.
ROWS_MAX: Final = 1_500_000

# More than any document has.
UNLIMITED: Final = 2**62


@dataclass(frozen=True, slots=True)
class Room:
    """Rows a join may combine in one step (`pairs`) and hold (`rows`).

    More than that ends a search as the time limit does: with what was proven so far.
    """

    pairs: int = UNLIMITED
    rows: int = UNLIMITED

    def take_pairs(self, count: int) -> None:
        """Raise OutOfTime when a step would combine more."""
        if count > self.pairs:
            raise OutOfTime

    def hold_rows(self, count: int) -> None:
        """Raise OutOfTime when more rows would be held."""
        if count > self.rows:
            raise OutOfTime


@dataclass(frozen=True, slots=True)
class Thinning:
    """Which legs of a sketch are kept: the cheapest by each mix, and a sample of the undominated.

    The cheapest leg by key and time is then right for each of these mixes, and for no other.
    """

    mixes: tuple[Mix, ...]
    sample: int = 0
