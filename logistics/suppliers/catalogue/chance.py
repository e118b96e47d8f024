"""Numbers out of keys: the same seed and key give the same number in every process.

``hash()`` changes with PYTHONHASHSEED and ``random`` with the order of calls; a keyed BLAKE2b
digest depends on nothing but its input.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import numpy.typing as npt


def draw(seed: int, *key: str | int) -> int:
    """Return 64 evenly spread bits for the key."""
    text = "\x1f".join(map(str, key)).encode()
    digest = blake2b(text, digest_size=8, key=seed.to_bytes(8, "big"))
    return int.from_bytes(digest.digest(), "big")


def within(bits: int, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high`` (both included) out of 64 bits."""
    return low + bits % (high - low + 1)


def spread(starts: npt.NDArray[np.uint64], steps: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """Return 64 bits for every start and step, as broadcast (SplitMix64, Steele et al. 2014)."""
    golden = np.uint64(0x9E3779B97F4A7C15)
    state = starts + steps.astype(np.uint64) * golden
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: npt.NDArray[np.uint64] = state ^ (state >> np.uint64(31))
    return mixed
