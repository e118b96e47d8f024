"""What can go wrong while a trip is decided: something is missing, or has no value."""

from __future__ import annotations

from datetime import date

from pricing.errors import PricingError


class FieldMissing(PricingError):
    """The trip document lacks a field without which an expense cannot be cut into pieces."""

    def __init__(self, field: str) -> None:
        """Keep the place of the field in the document."""
        super().__init__(f"the trip does not state {field}; add it")
        self.field = field
        self.fault = "is not stated; add it"


class FactNotStated(PricingError):
    """A rule asks for a fact that the trip does not state."""

    def __init__(self, path: str, *, field: str, rule: str) -> None:
        """Keep the fact's path, the field that would state it, and the rule that asks."""
        asking = f"rule {rule} of the policy asks for" if rule else "the policy asks for"
        super().__init__(f"the trip does not state {field}: {asking} {path}; add it")
        self.path = path
        self.field = field
        self.fault = f"is not stated: {asking} {path}; add it"
        self.rule = rule


class InvalidFact(PricingError):
    """A fact of the policy's own is stated as something else than the policy declares."""

    def __init__(self, field: str, expected: str) -> None:
        """Keep the field and what it should be."""
        self.fault = f"must be {expected}: the policy declares it so"
        super().__init__(f"{field} {self.fault}")
        self.field = field
        self.expected = expected


class NoVersionInForce(PricingError):
    """No version of the policy is in force on the day that chooses it."""

    def __init__(self, policy: str, day: date) -> None:
        """Keep the policy's id and the day."""
        super().__init__(
            f"no version of policy {policy} is in force on {day}; look at valid_from and valid_to"
        )
        self.policy = policy
        self.day = day


class NoExchangeRule(PricingError):
    """An expense is in another currency, and the policy does not say which day's rate counts."""

    def __init__(self, policy: str, currency: str, field: str) -> None:
        """Keep the policy's id, the expense's currency and its place in the document."""
        self.fault = (
            f"is in {currency}, but policy {policy} has no exchange rule; "
            "add `exchange: {date: service}` to the policy, or state the amount in its currency"
        )
        super().__init__(f"{field} {self.fault}")
        self.policy = policy
        self.currency = currency
        self.field = field


class MisspeltFact(PricingError):
    """The trip states a fact that the policy does not declare, much like one that it does."""

    def __init__(self, field: str, meant: str) -> None:
        """Keep the field and the name that the policy declares."""
        self.fault = f"the policy declares no such fact; did you mean {meant}?"
        super().__init__(f"{field}: {self.fault}")
        self.field = field
        self.meant = meant


class UnknownOverride(PricingError):
    """The trip sets aside a condition that the policy does not have."""

    def __init__(self, field: str, fault: str) -> None:
        """Keep the place of the override in the document and what is wrong with it."""
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


class UnknownBalance(PricingError):
    """The balances hold one that the policy has no limit for, or of another kind of period."""

    def __init__(
        self, balance: str, fault: str, *, whose: str, period: str, part: str = "balance"
    ) -> None:
        """Keep the balance's name, whose it is, its period, and what is wrong with which ``part``.

        The part is a key of an entry of a balances document.
        """
        super().__init__(f"balance {balance}: {fault}")
        self.balance = balance
        self.whose = whose
        self.period = period
        self.part = part
        self.fault = fault


class CeilingNotFound(PricingError):
    """A policy's tax rule names another policy that is not there."""

    def __init__(self, policy: str, ceiling: str) -> None:
        """Keep both ids."""
        super().__init__(
            f"the tax rule of {policy} names the policy {ceiling}, which is neither shipped nor at "
            f"hand: put it in force, or beside the document as {ceiling}.yaml, or name another"
        )
        self.policy = policy
        self.ceiling = ceiling


class NoSuchVersion(PricingError):
    """A policy has no version of that name."""

    def __init__(self, policy: str, version: str, known: tuple[str, ...]) -> None:
        """Keep the names."""
        super().__init__(f"{policy} has no version {version!r}; it has {', '.join(known)}")
        self.policy = policy
        self.version = version
        self.known = known
