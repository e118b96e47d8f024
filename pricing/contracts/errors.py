"""What can go wrong while a claim is priced: something is missing, or does not fit the terms."""

from __future__ import annotations

from datetime import date

from pricing.errors import PricingError


class ClaimFactMissing(PricingError):
    """A term asks for a fact that the claim does not state."""

    def __init__(self, path: str, *, field: str, rule: str) -> None:
        """Keep the fact's path, the field of the claim that would state it, and who asks."""
        asking = f"{rule} of the terms asks for" if rule else "the terms ask for"
        asked = "it" if field == path else path
        super().__init__(f"the claim does not state {field}: {asking} {asked}; add it")
        self.path = path
        self.field = field
        self.rule = rule


class InvalidClaimFact(PricingError):
    """A fact of the terms' own is stated as something else than the terms declare."""

    def __init__(self, field: str, expected: str) -> None:
        """Keep the field and what it should be."""
        super().__init__(f"{field} must be {expected}: the terms declare it so")
        self.field = field
        self.expected = expected


class UndeclaredClaimFact(PricingError):
    """The claim states a fact that the terms do not declare, much like one that they do."""

    def __init__(self, field: str, meant: str) -> None:
        """Keep the field and the name that the terms declare."""
        super().__init__(f"{field}: the terms declare no such fact; did you mean {meant}?")
        self.field = field
        self.meant = meant


class TermsNotInForce(PricingError):
    """The claim's day lies outside of the period the terms are valid for."""

    def __init__(self, terms: str, day: date) -> None:
        """Keep the terms' id and the day."""
        super().__init__(
            f"the terms {terms} are not in force on {day}; look at their valid_from and valid_to"
        )
        self.terms = terms
        self.day = day


class OtherCurrency(PricingError):
    """Claim and terms are in different currencies."""

    def __init__(self, terms: str, claim: str) -> None:
        """Keep both codes (ISO 4217)."""
        super().__init__(
            f"the claim is in {claim} and the terms in {terms}; state the claim in {terms}, or, "
            "where the contract converts, add `exchange: {date: service}` to the terms"
        )
        self.terms = terms
        self.claim = claim


class NoScheduleRow(PricingError):
    """A schedule has no row for what is to be priced with it."""

    def __init__(self, schedule: str, asked: str) -> None:
        """Keep the schedule's name and what was asked."""
        super().__init__(
            f"schedule {schedule} has no row for {asked}; add one, or give the term a rate for "
            "what is not listed"
        )
        self.schedule = schedule
        self.asked = asked


class NoRateApplies(PricingError):
    """None of a term's rates applies: each has a `when` that does not hold, or lacks a row."""

    def __init__(self, rule: str, kind: str) -> None:
        """Keep the term and the kind of list."""
        super().__init__(
            f"no rate below {kind} of {rule} applies to this claim; add one without `when`"
        )
        self.rule = rule
        self.kind = kind


class CannotPrice(PricingError):
    """An amount comes out that no payment can be, such as one below zero."""

    def __init__(self, rule: str, fault: str) -> None:
        """Keep who computed it and what is wrong."""
        super().__init__(f"{rule} of the terms: {fault}")
        self.rule = rule
        self.fault = fault


class ScheduleFileMissing(PricingError):
    """The terms name a file for a schedule that is not beside them."""

    def __init__(self, schedule: str, file: str) -> None:
        """Keep the schedule and the file's name."""
        super().__init__(
            f"schedule {schedule} is in {file}, which is not beside the terms; put it there"
        )
        self.schedule = schedule
        self.file = file


class StaysDiffer(PricingError):
    """An expected stay cannot be made into a claim."""

    def __init__(self, field: str, fault: str) -> None:
        """Keep the field and what is wrong with it."""
        super().__init__(f"{field} {fault}")
        self.field = field
        self.fault = fault
