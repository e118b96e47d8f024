"""What the optimizer decides and what it costs: a choice, its parts, and their JSON forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class PartyTransfers:
    """The ids of one party's transfers: from its gateway, and back to its gateway."""

    arrival: str
    departure: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option for everything a visit needs; all by id.

    `slots` is keyed by need, the journeys and transfers by party, in the document's order.
    """

    slots: Mapping[str, str]
    outbound: Mapping[str, str]
    returns: Mapping[str, str]
    lodging: str | None
    transfers: Mapping[str, PartyTransfers]
    check_in_day: int
    check_out_day: int

    @property
    def nights(self) -> int:
        """Return the number of nights at the destination."""
        return self.check_out_day - self.check_in_day

    def is_same_plan(self, other: "Choice") -> bool:
        """Answer whether slots, journeys, and lodging are the same; transfers may differ."""
        return (
            self.slots == other.slots
            and self.outbound == other.outbound
            and self.returns == other.returns
            and self.lodging == other.lodging
        )

    def to_document(self) -> dict[str, Any]:
        """Return the choice as the answer's `choices`."""
        return {
            "slots": dict(self.slots),
            "outbound": dict(self.outbound),
            "return": dict(self.returns),
            "lodging": self.lodging,
            "transfers": {
                party: {"arrival": pair.arrival, "departure": pair.departure}
                for party, pair in self.transfers.items()
            },
            "check_in_day": self.check_in_day,
            "check_out_day": self.check_out_day,
        }


def parse_choice(document: Mapping[str, Any]) -> Choice:
    """Return the choice described by an answer's `choices`."""
    return Choice(
        slots=dict(document["slots"]),
        outbound=dict(document["outbound"]),
        returns=dict(document["return"]),
        lodging=document["lodging"],
        transfers={
            party: PartyTransfers(pair["arrival"], pair["departure"])
            for party, pair in document["transfers"].items()
        },
        check_in_day=document["check_in_day"],
        check_out_day=document["check_out_day"],
    )


@dataclass(frozen=True, slots=True)
class CostParts:
    """The six weighted terms of a cost, in cost cents."""

    patient: int
    payer: int
    burden: int
    waiting: int
    mismatch: int
    expected_loss: int

    @property
    def total(self) -> int:
        """Return the cost."""
        return (
            self.patient
            + self.payer
            + self.burden
            + self.waiting
            + self.mismatch
            + self.expected_loss
        )

    def to_document(self) -> dict[str, int]:
        """Return the six terms by name."""
        return {
            "patient": self.patient,
            "payer": self.payer,
            "burden": self.burden,
            "waiting": self.waiting,
            "mismatch": self.mismatch,
            "expected_loss": self.expected_loss,
        }


@dataclass(frozen=True, slots=True)
class Parts:
    """What a choice amounts to: cents, burden minutes, waiting days, points, and its cost."""

    price_cents: int
    payable_cents: int
    payer_cents: int
    patient_cents: int
    burden_minutes: int
    waiting_days: int
    mismatch_points: int
    expected_loss_cents: int
    cost: CostParts

    @property
    def total(self) -> int:
        """Return the weighted cost, in cost cents."""
        return self.cost.total

    def to_document(self) -> dict[str, Any]:
        """Return the parts as the answer's `parts`."""
        return {
            "price_cents": self.price_cents,
            "payable_cents": self.payable_cents,
            "payer_cents": self.payer_cents,
            "patient_cents": self.patient_cents,
            "burden_minutes": self.burden_minutes,
            "waiting_days": self.waiting_days,
            "mismatch_points": self.mismatch_points,
            "expected_loss_cents": self.expected_loss_cents,
            "cost": self.cost.to_document(),
        }


def parse_parts(document: Mapping[str, Any]) -> Parts:
    """Return the parts described by an answer's `parts`."""
    amounts = {key: value for key, value in document.items() if key != "cost"}
    return Parts(**amounts, cost=CostParts(**document["cost"]))
