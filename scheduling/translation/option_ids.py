"""Names of options in a problem document, made from our ids and read back into them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OUTBOUND = "out"
HOMEBOUND = "home"


def slot_option(need_id: str, slot_id: str) -> str:
    """Return the option id of a slot that would meet a need."""
    return f"{need_id}:{slot_id}"


def flight_option(direction: str, party_id: str, city: str, offer_id: str) -> str:
    """Return the option id of a journey of one party to or from a city."""
    return f"{direction}:{party_id}:{city}:{offer_id}"


def ride_option(party_id: str, offer_id: str) -> str:
    """Return the option id of a ride of one party."""
    return f"ride:{party_id}:{offer_id}"


def slot_ids_of(choices: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the ids of the slots a choice takes, in order of the needs."""
    return tuple(option.split(":", 1)[1] for option in choices["slots"].values())
