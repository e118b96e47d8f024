"""The same seed gives the same offers: in any process, in any order, however often."""

from __future__ import annotations

import os
import subprocess
import sys
from hashlib import sha256

from logistics.suppliers.catalogue.supplier import SampleCatalogue
from tests.logistics.travels import facilities, flights, lodging

ROUTES = [("ZRH", "BOS"), ("NBO", "BWI"), ("PER", "MEL")]
PLACES = ["singapore-general-hospital"]

CHILD = "from tests.logistics.catalogue.test_same_offers import digest; print(digest())"


def digest(seed: int = 2026, *, backwards: bool = False) -> str:
    """Return a fingerprint of what a fresh catalogue offers."""
    catalogue = SampleCatalogue(seed)
    questions = sorted([*ROUTES, *PLACES], key=str, reverse=backwards)
    found = {
        str(one): repr(
            catalogue.search_lodging(lodging(facilities()[one]))
            if isinstance(one, str)
            else tuple(
                (offer.id, offer.fare, offer.seats_left, offer.segments, sorted(offer.assistance))
                for offer in catalogue.search_flights(flights(*one))
            )
        )
        for one in questions
    }
    return sha256(repr(sorted(found.items())).encode()).hexdigest()


def test_another_process_with_another_hash_seed_gives_the_same_offers() -> None:
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        env={**os.environ, "PYTHONHASHSEED": "4242", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert child.stdout.strip() == digest()


def test_the_order_of_questions_makes_no_difference() -> None:
    assert digest() == digest(backwards=True)


def test_another_seed_gives_other_offers() -> None:
    assert digest(7) != digest()
