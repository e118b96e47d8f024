"""Errors as answers: the only room that knows status codes.

Every error class of the floors below stands in `PROBLEMS` with its status and title. REST answers
with it as an RFC 9457 problem document, pages show it as an HTML page, the command line turns it
into an exit code.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from werkzeug.exceptions import HTTPException

from api import account_errors, archive_errors, override_errors, policy_errors
from api.claim_problems import CLAIM_PROBLEMS
from api.contract_problems import CONTRACT_PROBLEMS
from api.coverage_problems import COVERAGE_PROBLEMS
from api.price_problems import PRICE_PROBLEMS
from api.problem_kind import ProblemKind, to_sentence
from logistics import errors as logistics_errors
from logistics.repository import errors as storage_errors
from pricing import errors as pricing_errors
from pricing.documents import faults as coverage_faults
from scheduling import errors as scheduling_errors
from scheduling.documents import errors as document_errors
from scheduling.invites import errors as invite_errors
from scheduling.optimizer import errors as optimizer_errors
from scheduling.repository import errors as planning_storage_errors

PROBLEM_JSON: Final = "application/problem+json"
RETRY_SECONDS: Final = 5
"""What a caller who met 503 is asked to wait."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; ``field`` is its path, such as ``patient.birth_date``."""

    field: str
    message: str


class ApiError(Exception):
    """Base of every error this floor raises on purpose."""


class InvalidRequest(ApiError):
    """A request whose fields cannot be right; ``errors`` has one entry for each fault."""

    def __init__(self, errors: tuple[FieldError, ...]) -> None:
        """Keep what is wrong, field by field."""
        super().__init__(
            "; ".join(f"{e.field}: {e.message}" if e.field else e.message for e in errors)
        )
        self.errors = errors


class CrossOrigin(ApiError):
    """A form was sent from another site."""

    def __init__(self) -> None:
        """Say what to do: the form must come from these pages."""
        super().__init__(
            "the request came from another site, or does not say that it came from this one; "
            "open the page here and try again"
        )


class FormExpired(ApiError):
    """A form was not shown to this browser in this session."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "the form was shown before you logged in or out; open the page again, nothing was done"
        )


class TooFast(ApiError):
    """Somebody sends more requests than one may."""

    def __init__(self, seconds: int) -> None:
        """Keep how long to wait."""
        super().__init__(f"more requests came than are answered in a minute; wait {seconds} s")
        self.seconds = seconds


class KeyInUse(ApiError):
    """The same key is being worked on by another request."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("a request with this Idempotency-Key is under way; ask again in a moment")


class KeyReused(ApiError):
    """An idempotency key came with another request than before."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "this Idempotency-Key belongs to another request; choose a new one for a new wish"
        )


class DocumentsRefused(InvalidRequest):
    """A document is not right, or what it is about cannot be decided or priced by it."""


class AddressTaken(ApiError):
    """The server cannot listen at the address it was given."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        """Keep the address and what the system said."""
        super().__init__(
            f"cannot listen on {host}:{port} ({reason}); "
            "end what listens there, or choose another SOJOURN_PORT"
        )
        self.host = host
        self.port = port


class ConfirmationMissing(ApiError):
    """A form arrived without its one-time key, which tells a repetition from a new wish."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "the form lacks its one-time key; open the page again and press the button"
        )


class LoginRequired(ApiError):
    """Nobody known asks for something that is not open to anybody."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("log in first, or send a valid API token as 'Authorization: Bearer …'")


class ActionDenied(ApiError):
    """Somebody known asks for something that none of their roles allows."""

    def __init__(self, action: str) -> None:
        """Keep the action."""
        super().__init__(
            f"none of your roles allows {action}; the administrator of your organisation can "
            "change that"
        )
        self.action = action


class JobNotFound(ApiError):
    """No job has that id."""

    def __init__(self, job_id: str) -> None:
        """Keep the id asked for."""
        super().__init__(f"there is no job {job_id!r}; finished jobs are kept for a month")
        self.job_id = job_id


class IllegalStatusChange(ApiError):
    """A job was asked to move along an arrow that is not drawn."""

    def __init__(self, before: str, after: str) -> None:
        """Keep both statuses."""
        super().__init__(f"a job that is {before} cannot become {after}")
        self.before = before
        self.after = after


class JobDenied(ApiError):
    """Whoever asked for a job may no longer do what it does."""

    def __init__(self, job_id: str, action: str) -> None:
        """Keep the job and its action."""
        super().__init__(f"whoever asked for job {job_id} may not do {action} any more")
        self.job_id = job_id


class LeaseLost(ApiError):
    """A worker was away for so long that its job belongs to another; it must record nothing."""

    def __init__(self, job_id: str) -> None:
        """Keep the job that was lost."""
        super().__init__(f"job {job_id!r} has been taken over, ended or handed back")
        self.job_id = job_id


class AuditEntryNotFound(ApiError):
    """The audit trail has no such entry, or not for this organisation."""


class AuditHeadRefused(ApiError):
    """What is offered as a signed head of the audit trail is none of ours."""


class AuditHeadNotKept(ApiError):
    """The signed head could not be added to the file where heads are kept."""

    retryable: Final = True

    def __init__(self, path: str, reason: str) -> None:
        """Keep the file and what it said."""
        super().__init__(
            f"the head of the audit trail cannot be added to {path} ({reason}); check"
            " SOJOURN_AUDIT_HEADS, the folder and its permissions"
        )
        self.path = path
        self.reason = reason


PROBLEMS: Final[dict[type[Exception], ProblemKind]] = {
    InvalidRequest: ProblemKind(422, "Some fields are not right"),
    DocumentsRefused: ProblemKind(422, "A document cannot be used"),
    policy_errors.PolicyHasFaults: ProblemKind(409, "The policy has faults"),
    policy_errors.TooLongToDecide: ProblemKind(422, "It takes too long to decide"),
    policy_errors.NoTrace: ProblemKind(404, "No trace of the decision"),
    policy_errors.TraceDisagrees: ProblemKind(500, "The decision does not come back"),
    policy_errors.DecidingBusy: ProblemKind(503, "Too many policies are being tried"),
    LoginRequired: ProblemKind(401, "Log in first"),
    ActionDenied: ProblemKind(403, "Not allowed"),
    archive_errors.ArchiveUnusable: ProblemKind(422, "The archive is not whole"),
    archive_errors.ArchiveExists: ProblemKind(409, "The file exists already"),
    archive_errors.DatabaseInUse: ProblemKind(409, "The database is not empty"),
    archive_errors.BackupTooEarly: ProblemKind(409, "The database is not up to date"),
    override_errors.ApprovalNotFound: ProblemKind(404, "No such approval"),
    override_errors.ApprovalWaiting: ProblemKind(409, "It waits for a second person already"),
    override_errors.OwnApproval: ProblemKind(403, "Somebody else has to decide"),
    override_errors.VisitAhead: ProblemKind(409, "The visit is still to come"),
    override_errors.EstimateKept: ProblemKind(409, "An estimate must be kept for longer"),
    override_errors.AlreadyDecided: ProblemKind(409, "It is decided already"),
    FormExpired: ProblemKind(403, "The form has expired"),
    TooFast: ProblemKind(429, "Too many requests"),
    KeyInUse: ProblemKind(409, "The same request is under way"),
    KeyReused: ProblemKind(422, "The key belongs to another request"),
    CrossOrigin: ProblemKind(403, "Request from another site"),
    AddressTaken: ProblemKind(503, "The address is taken"),
    ConfirmationMissing: ProblemKind(422, "The form lacks its key"),
    JobDenied: ProblemKind(403, "The job is no longer allowed"),
    JobNotFound: ProblemKind(404, "No such job"),
    IllegalStatusChange: ProblemKind(409, "The job has moved on"),
    LeaseLost: ProblemKind(409, "The job belongs to another worker"),
    account_errors.LoginRefused: ProblemKind(401, "The login was refused"),
    account_errors.TooManyAttempts: ProblemKind(429, "Too many attempts"),
    account_errors.LinkRefused: ProblemKind(410, "The link cannot be used"),
    account_errors.UserNotFound: ProblemKind(404, "No such user"),
    account_errors.CredentialNotFound: ProblemKind(404, "No such session or token"),
    account_errors.NotUponOneself: ProblemKind(409, "Not upon oneself"),
    account_errors.ProviderUnavailable: ProblemKind(503, "The login provider does not answer"),
    account_errors.SampleOnly: ProblemKind(403, "Only in the sample setting"),
    AuditEntryNotFound: ProblemKind(404, "No such audit entry"),
    AuditHeadRefused: ProblemKind(422, "Not a signed head of ours"),
    **CONTRACT_PROBLEMS,
    **COVERAGE_PROBLEMS,
    **PRICE_PROBLEMS,
    **CLAIM_PROBLEMS,
    **PRICE_PROBLEMS,
    AuditHeadNotKept: ProblemKind(503, "The head of the audit trail was not kept"),
    logistics_errors.InvalidField: ProblemKind(422, "A field is not right"),
    logistics_errors.UnknownAirport: ProblemKind(422, "Unknown airport"),
    logistics_errors.UnknownZone: ProblemKind(422, "Unknown time zone"),
    logistics_errors.CaseNotFound: ProblemKind(404, "No such case"),
    logistics_errors.FacilityNotFound: ProblemKind(404, "No such facility"),
    logistics_errors.SpecialistNotFound: ProblemKind(404, "No such specialist"),
    logistics_errors.OrganisationNotFound: ProblemKind(404, "No such organisation"),
    logistics_errors.DuplicateCase: ProblemKind(409, "The case exists already"),
    logistics_errors.KeyTrouble: ProblemKind(500, "A key is missing"),
    logistics_errors.SealBroken: ProblemKind(500, "A private field was altered"),
    logistics_errors.HiddenField: ProblemKind(403, "The field is hidden"),
    storage_errors.DatabaseUnavailable: ProblemKind(503, "The database cannot serve just now"),
    storage_errors.AlreadyStored: ProblemKind(409, "It is stored already"),
    logistics_errors.SupplierError: ProblemKind(503, "A travel supplier does not answer"),
    logistics_errors.CatalogueUnreadable: ProblemKind(503, "The sample catalogue cannot be read"),
    scheduling_errors.SlotNotFound: ProblemKind(404, "No such slot"),
    scheduling_errors.SlotTaken: ProblemKind(409, "The slot has been taken"),
    scheduling_errors.SlotInPast: ProblemKind(422, "The slot lies in the past"),
    planning_storage_errors.SlotsCollide: ProblemKind(409, "The slot collides with another"),
    planning_storage_errors.RequestKeyReused: ProblemKind(422, "The key was used before"),
    planning_storage_errors.RevisionConflict: ProblemKind(409, "Somebody else was faster"),
    scheduling_errors.PlanNotFound: ProblemKind(404, "No such plan"),
    scheduling_errors.ProposalNotFound: ProblemKind(404, "No such proposal"),
    scheduling_errors.PlanNotReady: ProblemKind(409, "The plan is not ready"),
    scheduling_errors.IllegalPhaseChange: ProblemKind(409, "The plan has moved on"),
    scheduling_errors.OfferExpired: ProblemKind(410, "The plan has expired"),
    scheduling_errors.ItineraryNotFound: ProblemKind(404, "No such itinerary"),
    scheduling_errors.NothingToPlanWith: ProblemKind(409, "Nothing to plan with"),
    scheduling_errors.PlanDisagrees: ProblemKind(500, "The plan failed its own check"),
    scheduling_errors.DocumentFailed: ProblemKind(500, "The document could not be made"),
    document_errors.MalformedDocument: ProblemKind(422, "Not an itinerary document"),
    invite_errors.NothingToCancel: ProblemKind(409, "Nothing to cancel"),
    invite_errors.NotALaterRevision: ProblemKind(409, "Not a later revision"),
    optimizer_errors.InvalidProblem: ProblemKind(422, "Not a problem document"),
    optimizer_errors.InvalidChoice: ProblemKind(422, "Not a choice of this problem"),
    optimizer_errors.UnknownOption: ProblemKind(404, "No such option"),
    optimizer_errors.WrongAnswer: ProblemKind(500, "The search failed its own check"),
    optimizer_errors.SolveKilled: ProblemKind(503, "The search ended early"),
    optimizer_errors.SolveCancelled: ProblemKind(409, "The search was cancelled"),
}

_FIELDS: Final[dict[type[Exception], str]] = {
    pricing_errors.InvalidAmount: "amount",
    pricing_errors.CurrencyMismatch: "currency",
    logistics_errors.UnknownAirport: "home_airport",
    logistics_errors.UnknownZone: "zone",
    logistics_errors.DuplicateCase: "reference",
    scheduling_errors.SlotInPast: "local_start",
}
"""The field of a request that an error without a path of its own is about."""

UNEXPECTED: Final = ProblemKind(500, "Something went wrong on our side")

_HTTP_DETAILS: Final = {
    400: "The request could not be read.",
    404: "There is nothing at this address; check it for a typing error.",
    405: "This address does not answer that method; see the Allow header.",
    408: "The request took too long to arrive; send it again.",
    411: "Send the length of the body in Content-Length.",
    413: "The body is too large to be read; send less.",
    415: "Send the body as application/json.",
    431: "The headers are too long.",
}


def find_problem_kind(error: BaseException) -> ProblemKind | None:
    """Return the kind of the nearest class in `PROBLEMS`, or None for an unexpected error."""
    for kind in type(error).__mro__:
        if kind in PROBLEMS:
            return PROBLEMS[kind]
    return None


def problem_of(error: BaseException, instance: str) -> dict[str, Any]:
    """Return the RFC 9457 members for any error; an unexpected one reveals nothing of itself."""
    if isinstance(error, HTTPException):
        return _http_problem(error, instance)
    kind = find_problem_kind(error)
    if kind is None:
        detail = "Nothing was changed. Please try again; if it happens again, tell us its number."
        return _problem(UNEXPECTED, detail, instance)
    problem = _problem(kind, to_sentence(str(error)), instance)
    fields = field_errors_of(error)
    if fields:
        problem["errors"] = [{"field": e.field, "message": e.message} for e in fields]
    return problem


def field_errors_of(error: BaseException) -> tuple[FieldError, ...]:
    """Return what an error says about single fields; empty for errors about no field."""
    if isinstance(error, InvalidRequest):
        return error.errors
    if isinstance(error, logistics_errors.InvalidField):
        return (FieldError(error.field, error.problem),)
    if isinstance(error, coverage_faults.InvalidDocument):
        return tuple(
            FieldError(fault.path, f"line {fault.line}: {fault.message}") for fault in error.faults
        )
    field = next((name for kind, name in _FIELDS.items() if isinstance(error, kind)), None)
    return () if field is None else (FieldError(field, str(error)),)


def _http_problem(error: HTTPException, instance: str) -> dict[str, Any]:
    status = error.code or 500
    title = HTTPStatus(status).phrase
    detail = _own_words(error, status) or _HTTP_DETAILS.get(status) or error.description or title
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": to_sentence(detail),
        "instance": instance,
    }


def _own_words(error: HTTPException, status: int) -> str | None:
    """Return what an error says of itself, where that is more than its status says."""
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        said: str | None = vars(error).get("description")
        return said
    return error.description if status == HTTPStatus.BAD_REQUEST else None


def _problem(kind: ProblemKind, detail: str, instance: str) -> dict[str, Any]:
    return {
        "type": f"/problems#{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "instance": instance,
    }
