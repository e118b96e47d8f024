"""The shape of a balances document: what earlier trips used; see docs/trip-documents.md."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from pricing.documents.scalars import Amount, Id, Name, Part, fault_at

FORMAT = "sojourn-balances/1"


class Used(Part):
    """What was used of one balance, by one person or household, in one period."""

    balance: Id
    whose: Name
    period: Name
    amount: Amount | None = None
    count: Amount | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.amount is None) == (self.count is None):
            raise fault_at("count", "must have either amount (money) or count (nights, trips …)")
        return self


class BalancesDocument(Part):
    """A whole balances document."""

    format: Literal["sojourn-balances/1"]
    policy: Id
    used: tuple[Used, ...] = ()
