"""What can go wrong on the pricing floor."""

from __future__ import annotations

from datetime import date


class PricingError(Exception):
    """Base of every error this floor raises on purpose."""


class InvalidAmount(PricingError):
    """An amount of money is malformed: too many decimals, not a number, or negative."""

    def __init__(self, text: str, expected: str) -> None:
        """Keep the offending text and a sentence about what would be right."""
        super().__init__(f"{text!r} is not an amount of money: {expected}")
        self.text = text
        self.expected = expected


class CurrencyMismatch(PricingError):
    """Two amounts of different currencies met, or one arrived in a currency not in use here."""

    def __init__(self, found: str, expected: str) -> None:
        """Keep both currency codes (ISO 4217)."""
        super().__init__(f"amount in {found}, but this is counted in {expected}")
        self.found = found
        self.expected = expected


class NoPolicyInForce(PricingError):
    """There is no policy of that id to decide by."""

    def __init__(self, policy_id: str, why: str) -> None:
        """Keep the id, and why there is none."""
        super().__init__(f"no coverage policy {policy_id!r} is in force: {why}")
        self.policy_id = policy_id
        self.why = why


class InvalidPolicy(PricingError):
    """A coverage policy document cannot be read."""

    def __init__(self, document: str, fault: str) -> None:
        """Keep the document's name and what is wrong with it."""
        super().__init__(f"coverage policy {document}: {fault}")
        self.document = document
        self.fault = fault


class NoRate(PricingError):
    """There is no exchange rate between two currencies for a day."""

    def __init__(self, source: str, target: str, day: date, why: str, *, field: str = "") -> None:
        """Keep both currency codes (ISO 4217), the day, why there is none, and for which field."""
        super().__init__(f"no exchange rate from {source} to {target} for {day}: {why}")
        self.source = source
        self.target = target
        self.day = day
        self.why = why
        self.field = field


class PolicyNotFound(PricingError):
    """No policy has that id, or it has no such revision."""

    def __init__(self, policy_id: str, revision: int | None = None) -> None:
        """Keep the id, and the revision if one was asked for."""
        which = "" if revision is None else f" revision {revision} of"
        super().__init__(f"there is no{which or ' policy'} {policy_id!r}")
        self.policy_id = policy_id
        self.revision = revision


class PolicyTextNotFound(PricingError):
    """The text of a policy that a decision was made from is not kept."""

    def __init__(self, sha256: str) -> None:
        """Keep the digest that names the text."""
        super().__init__(
            f"no text of a policy with the SHA-256 {sha256} is kept; restore it from a backup"
        )
        self.sha256 = sha256


class SeveralPolicies(PricingError):
    """Several sponsors within reach have a policy of that id."""

    def __init__(self, policy_id: str, organisation_ids: tuple[str, ...]) -> None:
        """Keep the id and whose policies bear it."""
        super().__init__(
            f"several sponsors have a policy {policy_id!r}; add of=… with one of "
            f"{', '.join(organisation_ids)}"
        )
        self.policy_id = policy_id
        self.organisation_ids = organisation_ids


class PolicyExists(PricingError):
    """The organisation has a policy of that id already."""

    def __init__(self, policy_id: str) -> None:
        """Keep the id."""
        super().__init__(f"there is a policy {policy_id!r} already; open and change that one")
        self.policy_id = policy_id


class NotTheDraft(PricingError):
    """A revision was to be put in force or withdrawn that something else has replaced."""

    def __init__(self, policy_id: str, revision: int, status: str) -> None:
        """Keep the revision and what it is now."""
        super().__init__(
            f"revision {revision} of {policy_id} is {status.replace('_', ' ')} and no draft any "
            "more; look at the newest revision and ask for that"
        )
        self.policy_id = policy_id
        self.revision = revision


class NotInForce(PricingError):
    """A revision was to be taken out of force that is not in force."""

    def __init__(self, policy_id: str, revision: int, status: str) -> None:
        """Keep the revision and what it is."""
        super().__init__(
            f"revision {revision} of {policy_id} is {status.replace('_', ' ')} and not in force, "
            "so there is nothing to withdraw; look at what is in force and ask for that"
        )
        self.policy_id = policy_id
        self.revision = revision


class CeilingNeeded(PricingError):
    """A policy was to be taken out of force that others in force name as their tax ceiling."""

    def __init__(self, policy_id: str, needed_by: tuple[str, ...]) -> None:
        """Keep the policy and the ids of those that name it."""
        super().__init__(
            f"the policy {policy_id} is the tax ceiling of {', '.join(needed_by)}; "
            "first withdraw what names "
            "it, or put a revision in force that names another"
        )
        self.policy_id = policy_id
        self.needed_by = needed_by


class PolicyNotInForce(PricingError):
    """A policy was to decide of which no revision is in force."""

    def __init__(self, policy_id: str) -> None:
        """Keep the id."""
        super().__init__(f"no revision of {policy_id} is in force; name one, or put one in force")
        self.policy_id = policy_id


class PolicyTaken(PricingError):
    """Two people saved a revision of one policy at the same moment."""

    def __init__(self, policy_id: str) -> None:
        """Keep the id."""
        super().__init__(f"somebody else has just saved {policy_id}; look at theirs and save again")
        self.policy_id = policy_id


class TripNotFound(PricingError):
    """A policy has no sample trip of that id."""

    def __init__(self, trip_id: str) -> None:
        """Keep the id."""
        super().__init__(f"there is no sample trip {trip_id!r}")
        self.trip_id = trip_id


class TooManyTrips(PricingError):
    """A policy has as many sample trips as are kept."""

    def __init__(self, most: int) -> None:
        """Keep the limit."""
        super().__init__(f"a policy keeps at most {most} sample trips; remove one first")
        self.most = most
