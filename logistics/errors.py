"""What can go wrong on the logistics floor."""

from __future__ import annotations


class LogisticsError(Exception):
    """Base of every error this floor raises on purpose."""


class InvalidField(LogisticsError):
    """A value given by a person or another system cannot be right."""

    def __init__(self, field: str, problem: str) -> None:
        """Keep the field's path (``patient.birth_date``) and what would be right."""
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class UnknownAirport(LogisticsError):
    """No airport has that IATA code."""

    def __init__(self, iata: str) -> None:
        """Keep the code asked for."""
        super().__init__(f"no airport has the IATA code {iata!r}; three letters such as 'LHR'")
        self.iata = iata


class UnknownZone(LogisticsError):
    """No IANA time zone has that name."""

    def __init__(self, zone: str) -> None:
        """Keep the name asked for."""
        super().__init__(f"no IANA time zone is called {zone!r}; write it like 'Europe/Zurich'")
        self.zone = zone


class CaseNotFound(LogisticsError):
    """No case has that reference."""

    def __init__(self, reference: str) -> None:
        """Keep the reference asked for."""
        super().__init__(f"there is no case {reference!r}")
        self.reference = reference


class FacilityNotFound(LogisticsError):
    """No facility has that id."""

    def __init__(self, facility_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no facility {facility_id!r}")
        self.facility_id = facility_id


class SpecialistNotFound(LogisticsError):
    """No specialist has that id."""

    def __init__(self, specialist_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no specialist {specialist_id!r}")
        self.specialist_id = specialist_id


class OrganisationNotFound(LogisticsError):
    """No organisation has that id."""

    def __init__(self, organisation_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no organisation {organisation_id!r}")
        self.organisation_id = organisation_id


class DuplicateCase(LogisticsError):
    """A case with that reference is there already, with other content."""

    def __init__(self, reference: str) -> None:
        """Keep the reference that is taken."""
        super().__init__(f"case {reference!r} exists already; choose another reference")
        self.reference = reference


class KeyTrouble(LogisticsError):
    """The keys of private fields are not as they must be; whoever runs the service can help."""


class InvalidKey(KeyTrouble):
    """What was given as a key, or as a ring of keys, cannot be one; no secret is repeated."""


class KeysMissing(KeyTrouble):
    """A private field cannot be sealed or opened, as there are no keys."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "there are no keys for the private fields; set SOJOURN_KEYS (make a key with"
            " 'sojourn keys new'), or run 'sojourn seed', which makes one for sample data"
        )


class UnknownKey(KeyTrouble):
    """A private field was sealed with a key that is not in the ring."""

    def __init__(self, key_id: str) -> None:
        """Keep the id of the key."""
        super().__init__(
            f"the key {key_id!r} is not in the ring; add it to SOJOURN_KEYS, or put the key file"
            " back that belongs to this database"
        )
        self.key_id = key_id


class SealBroken(LogisticsError):
    """What is stored in a private field is not what was sealed for it."""

    def __init__(self, place: str) -> None:
        """Keep where: ``table:row:column``."""
        super().__init__(
            f"what is stored at {place} was changed or moved since it was sealed; restore it from"
            " a backup"
        )
        self.place = place


class HiddenField(LogisticsError):
    """Whoever asks may not see a field, and so can neither read it nor write it."""

    def __init__(self, field: str) -> None:
        """Keep table and column."""
        super().__init__(f"{field} is hidden from you; ask somebody who may see it")
        self.field = field


class SupplierError(LogisticsError):
    """A travel supplier could not answer; ``retryable`` says whether trying again can help."""

    def __init__(self, supplier: str, problem: str, *, retryable: bool) -> None:
        """Keep the supplier's name, what happened and whether a retry makes sense."""
        super().__init__(f"{supplier}: {problem}")
        self.supplier = supplier
        self.problem = problem
        self.retryable = retryable


class CatalogueUnreadable(SupplierError):
    """An ingredient file of the sample catalogue is missing, cut short or malformed."""

    def __init__(self, file: str, problem: str) -> None:
        """Keep the file's name and what is wrong with it."""
        super().__init__("sample catalogue", f"{file}: {problem}", retryable=False)
        self.file = file


class ClaimNotFound(LogisticsError):
    """No claim, receipt or decision of that name is within reach."""

    def __init__(self, name: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no claim, receipt or decision {name!r}")
        self.name = name


class ClaimMoveRefused(LogisticsError):
    """A claim is not in a state in which this can be done."""

    def __init__(self, claim_id: str, status: str, move: str) -> None:
        """Keep the claim, its status and what was tried."""
        super().__init__(
            f"claim {claim_id} is {status}, so nobody can {move} it; "
            "its page shows what can be done"
        )
        self.claim_id = claim_id
        self.status = status
        self.move = move


class ClaimChanged(LogisticsError):
    """Somebody else has changed the claim since it was read."""

    def __init__(self, claim_id: str) -> None:
        """Keep the claim."""
        super().__init__(f"claim {claim_id} was changed by somebody else; look at it again")
        self.claim_id = claim_id


class CaseFactsChanged(LogisticsError):
    """Somebody else has stated other facts of the case since they were read."""

    def __init__(self, reference: str) -> None:
        """Keep the case."""
        super().__init__(
            f"somebody else has stated facts of case {reference} meanwhile; look at them again"
        )
        self.reference = reference


class HouseholdFixed(LogisticsError):
    """A case whose claims have drawn on the balances of a household cannot move to another."""

    def __init__(self, reference: str) -> None:
        """Keep the case."""
        super().__init__(
            f"a claim of case {reference} was decided with the balances of its household; "
            "leave the household as it is"
        )
        self.reference = reference


class BalanceMoved(LogisticsError):
    """Other decisions drew on the same balances, again and again."""

    def __init__(self, claim_id: str) -> None:
        """Keep the claim that was to be decided."""
        super().__init__(
            f"claim {claim_id}: other claims of the household are being decided; try again"
        )
        self.claim_id = claim_id


class ReceiptRefused(LogisticsError):
    """A file cannot be kept as a receipt."""

    def __init__(self, name: str, problem: str) -> None:
        """Keep the file's name and what would be right."""
        super().__init__(f"{name}: {problem}")
        self.name = name
        self.problem = problem


class DecidedByFiler(LogisticsError):
    """Whoever filed a claim may not decide it."""

    def __init__(self, claim_id: str) -> None:
        """Keep the claim."""
        super().__init__(f"claim {claim_id} was filed by you; somebody else has to decide it")
        self.claim_id = claim_id


class ClaimUndecidable(LogisticsError):
    """The policy cannot decide a claim as it stands."""

    def __init__(self, why: str) -> None:
        """Keep what is missing, or wrong, as the coverage engine says it."""
        super().__init__(f"the claim cannot be decided yet: {why}")
        self.why = why


class EstimateNotFound(LogisticsError):
    """A case has no version of an estimate of that number."""

    def __init__(self, reference: str, number: int | None = None) -> None:
        """Keep the case and the number, None where no version was issued."""
        which = "no estimate was issued" if number is None else f"there is no estimate {number}"
        super().__init__(f"{which} for case {reference}")
        self.reference = reference
        self.number = number


class EstimateItemNotFound(LogisticsError):
    """The draft of a case's estimate has no item of that id, or there is no draft."""

    def __init__(self, reference: str, item: str) -> None:
        """Keep the case and the item."""
        super().__init__(
            f"the draft of the estimate of case {reference} has no item {item!r}; look at the "
            "estimate, and write its next version first where there is no draft"
        )
        self.reference = reference
        self.item = item


class BillNotFound(LogisticsError):
    """A case has no bill of that number."""

    def __init__(self, reference: str, number: int) -> None:
        """Keep the case and the number."""
        super().__init__(f"there is no bill {number} of case {reference}")
        self.reference = reference
        self.number = number


class EstimateChanged(LogisticsError):
    """Somebody else has changed an estimate or a bill of the case since it was read."""

    def __init__(self, reference: str) -> None:
        """Keep the case."""
        super().__init__(
            f"somebody else has changed the estimates or bills of case {reference} meanwhile; "
            "look at them again"
        )
        self.reference = reference
