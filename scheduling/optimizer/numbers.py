"""Array types of the reduction, the mark for "impossible", and the two array tricks it lives on."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# "Impossible": above every cost, and seven of them still add up within 64 bits.
NEVER: Final = 2**60

# Before and after every minute a document may name.
LONG_AGO: Final = -(2**40)


def ints(values: Iterable[int]) -> Ints:
    """Return the values as a 64-bit array."""
    return np.fromiter(values, dtype=np.int64)


def spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return every pair (i, j) with low[i] <= j < high[i], ordered by i and then j."""
    counts = np.maximum(high - low, 0)
    left = np.repeat(np.arange(len(low)), counts)
    before = np.cumsum(counts) - counts
    right = np.arange(len(left)) - np.repeat(before - low, counts)
    return left, right


def undominated(key: Ints, time: Ints, below: Ints, above: Ints | None) -> Ints:
    """Return the indices worth keeping, ordered by key and then time.

    Of two entries with the same key, one that is no later and no dearer (in both sums, when
    `above` is given) makes the other superfluous. Every entry left out is dominated by one kept;
    with two sums a few dominated ones may stay, as only the cheapest so far by one sum, by the
    other, and by both together are compared with.
    """
    if len(key) == 0:
        return np.arange(0)
    ties = (below, time, key) if above is None else (above, below, time, key)
    order = np.lexsort(ties)
    group = np.cumsum(np.concatenate(([0], np.diff(key[order]) != 0)))
    low = below[order]
    if above is None:
        sole: Ints = order[_champions(low, group) == np.arange(len(order))]
        return sole
    high = above[order]
    keep = np.ones(len(order), dtype=np.bool_)
    # A champion precedes whom it beats, so no two entries can remove each other.
    for measure in (low, high, low + high):
        best = _champions(measure, group)
        keep &= (best == np.arange(len(order))) | (low[best] > low) | (high[best] > high)
    kept: Ints = order[keep]
    return kept


def _champions(measure: Ints, group: Ints) -> Ints:
    """Return for each position the first position of its group's least measure so far."""
    floor, ceiling = int(measure.min()), int(measure.max())
    width = ceiling - floor + 1
    if width * (int(group[-1]) + 1) < 2**62:
        score = measure - floor - group * width
    else:
        ranks = np.unique(measure, return_inverse=True)[1].astype(np.int64)
        score = ranks - group * len(measure)
    least = np.minimum.accumulate(score)
    fresh = np.ones(len(score), dtype=np.bool_)
    fresh[1:] = score[1:] < least[:-1]
    first: Ints = np.maximum.accumulate(np.where(fresh, np.arange(len(score)), 0))
    return first


def stable_order(code: Ints, ceiling: int) -> Ints:
    """Return the indices that sort codes in [0, ceiling), equal ones in their old order."""
    # NumPy sorts 16-bit numbers by radix, ten times faster than any other.
    narrow = code.astype(np.uint16) if ceiling <= 2**16 else code
    return np.argsort(narrow, kind="stable")


def number_rows(traits: list[Ints]) -> tuple[Ints, Ints]:
    """Return a number for each row of the given columns, and the first row with each number.

    Rows are numbered in the order of their first column, then the second, and so on.
    """
    code, width = np.zeros(len(traits[0]), dtype=np.int64), 1
    for trait in traits:
        low = int(trait.min()) if len(trait) else 0
        span = int(trait.max()) - low + 1 if len(trait) else 1
        if width * span > 2**62:
            code, width = _renumbered(code, width)
        code, width = code * span + (trait - low), width * span
    number, count = _renumbered(code, width)
    example = np.zeros(count, dtype=np.int64)
    example[number[::-1]] = np.arange(len(number))[::-1]
    return number, example


def _renumbered(code: Ints, width: int) -> tuple[Ints, int]:
    """Return codes in [0, width) as ranks without holes, and how many there are."""
    # A table is faster than sorting, unless it is much longer than the codes are many.
    if width > 4 * len(code) + 2**12:
        values, ranks = np.unique(code, return_inverse=True)
        return ranks.astype(np.int64), len(values)
    present = np.zeros(width, dtype=np.int64)
    present[code] = 1
    ranks = np.cumsum(present) - 1
    return ranks[code], int(present.sum())
