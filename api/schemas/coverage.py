"""Policies and decisions as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api.schemas.fields import Answer, Body, DocumentText, IsoDate
from pricing.policies import TEXT_MAX, TRIP_MAX, KeptPolicy, Revision, RevisionNote

PolicyText = Annotated[
    DocumentText, Field(max_length=TEXT_MAX, description="a policy document, in YAML or JSON")
]
PolicyId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class DecisionBody(Body):
    """A trip to decide, and the policy: as a document, or by the id of a stored one."""

    policy: PolicyText | None = None
    policy_id: PolicyId | None = Field(
        default=None, description="instead of `policy`: a stored one"
    )
    of: str | None = Field(
        default=None, max_length=64, description="whose policy, where several sponsors have one"
    )
    revision: int | None = Field(
        default=None, ge=1, le=999_999, description="default: the revision in force"
    )
    version: str | None = Field(
        default=None, max_length=100, description="decide with this version, whatever the day"
    )
    trip: Annotated[
        DocumentText,
        Field(max_length=TRIP_MAX, description="a trip document, in YAML or JSON"),
    ]
    balances: Annotated[DocumentText, Field(max_length=TRIP_MAX)] | None = Field(
        default=None, description="a balances document; without one nothing was used before"
    )
    as_of: IsoDate | None = Field(default=None, description="day of the decision; default: today")


class CheckBody(Body):
    """A policy document to look over."""

    policy: PolicyText


class DocumentFaultAnswer(Answer):
    """One thing to put right in a document."""

    line: int = Field(description="from 1")
    path: str
    message: str


class PolicyVersionAnswer(Answer):
    """A version of a policy."""

    version: str
    valid_from: str
    valid_to: str | None


class CheckAnswer(Answer):
    """What is wrong with a policy document, in order of line."""

    well: bool
    faults: list[DocumentFaultAnswer]
    warnings: list[DocumentFaultAnswer] = Field(
        description="what looks wrong in a document without faults, and keeps nobody from using it"
    )
    more: int = Field(description="how many faults or warnings more there are")
    id: str | None = None
    title: str | None = None
    versions: list[PolicyVersionAnswer] = Field(default_factory=list)


class DecisionStepAnswer(Answer):
    """One step of a line, with the rule that made it."""

    stage: str
    rule: str
    text: str
    policy: str
    version: str
    source: str
    arithmetic: str
    before_cents: int
    after_cents: int
    sentence: str


class DecidedLineAnswer(Answer):
    """One expense, from claimed to taxable, in minor units."""

    id: str
    kind: str
    claimed_cents: int
    eligible_cents: int
    capped_cents: int
    payable_cents: int
    taxable_cents: int
    patient_cents: int
    trace: list[DecisionStepAnswer]


class DecidedByAnswer(Answer):
    """The policy that decided."""

    id: str
    version: str
    source: str
    tax_rule: str


class BalancesAnswer(Answer):
    """Balances documents: before the trip, and after it."""

    before: dict[str, Any]
    after: dict[str, Any]


class DeadlineAnswer(Answer):
    """Until when a condition can be met, and for which lines."""

    rule: str
    text: str
    until: str
    lines: list[str]


class DecisionChangeAnswer(Answer):
    """What would change the decision."""

    rule: str
    text: str
    remedy: str
    until: str | None
    payable_change_cents: int
    lines: list[str] = Field(description="for which expenses, of some maybe for a part only")


class RateUsedAnswer(Answer):
    """An exchange rate that was used."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    asked_for: str
    date: str
    value: str


class DecisionWarningAnswer(Answer):
    """What looks wrong in the trip or the balances, and changes no cent."""

    file: str | None = Field(description="trip or balances, where its text was sent")
    line: int | None = Field(description="of that text, counted from 1")
    field: str
    message: str


class DecisionAnswer(Answer):
    """The decision, as `sojourn cover --json` prints it."""

    payable_cents: int
    patient_cents: int
    taxable_cents: int
    claimed_cents: int
    currency: str
    trip: str
    decided_on: str
    policy: DecidedByAnswer
    lines: list[DecidedLineAnswer]
    balances: BalancesAnswer
    deadlines: list[DeadlineAnswer]
    would_change: list[DecisionChangeAnswer]
    would_change_together_cents: int = Field(description="what all of them together would bring")
    rates: list[RateUsedAnswer]
    warnings: list[DecisionWarningAnswer]


class ReplayedAnswer(Answer):
    """By which edition of the engine a kept decision was made, and what this one makes of it."""

    edition: int = Field(description="of the engine that decided again")
    decided_by_edition: int = Field(description="1: of before editions were kept")
    cents_agree: bool
    message: str


class KeptDecisionAnswer(DecisionAnswer):
    """A kept decision, made again; of another edition of the engine the cents may differ."""

    replayed: ReplayedAnswer


class PolicyRevisionAnswer(Answer):
    """A revision of a policy."""

    revision: int
    title: str
    status: str = Field(description="draft, in_force or withdrawn")
    saved_at: datetime
    saved_by: str
    in_force_at: datetime | None


class PolicySummary(Answer):
    """A policy: what is in force, and the draft."""

    id: str
    of: str = Field(description="the organisation whose policy it is")
    title: str
    in_force: int | None = Field(description="the revision in force")
    draft: int | None


class PolicyList(Answer):
    """Policies in order of id."""

    policies: list[PolicySummary]


class PolicyAnswer(PolicySummary):
    """A policy with its revisions, the newest first, and the text of the one asked for."""

    revision: int
    text: str
    revisions: list[PolicyRevisionAnswer]


def policy_summary(policy: KeptPolicy) -> dict[str, Any]:
    """Return the policy as JSON values, in the shape of `PolicySummary`."""
    newest, in_force, draft = policy.newest, policy.in_force, policy.draft
    return {
        "id": newest.key.policy_id,
        "of": newest.key.organisation_id,
        "title": (in_force or newest).title,
        "in_force": in_force and in_force.key.revision,
        "draft": draft and draft.key.revision,
    }


def policy_answer(policy: KeptPolicy, revision: Revision) -> dict[str, Any]:
    """Return policy and text as JSON values, in the shape of `PolicyAnswer`."""
    return {
        **policy_summary(policy),
        "revision": revision.note.key.revision,
        "text": revision.text,
        "revisions": [_revision(one) for one in policy.revisions],
    }


def _revision(note: RevisionNote) -> dict[str, Any]:
    return {
        "revision": note.key.revision,
        "title": note.title,
        "status": note.status.value,
        "saved_at": note.saved_at.isoformat(),
        "saved_by": note.saved_by,
        "in_force_at": note.in_force_at and note.in_force_at.isoformat(),
    }
