"""The shape of a terms document; what its keys mean is told in docs/contract-documents.md."""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self, get_args

from pydantic import Discriminator, Field, Tag, model_validator

from pricing.contracts.documents.rate import STEP_KEYS, Period, Rate, Step
from pricing.contracts.documents.selector import Claims, Code, IdList, Lines, Modifier, Setting
from pricing.documents.scalars import (
    Amount,
    Currency,
    Day,
    Formula,
    Id,
    Part,
    Sentence,
    YesNo,
    fault_at,
)
from pricing.documents.table_row import TableRow

FORMAT = "sojourn-contract/1"

RuleId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""The name of a term, a step, a measure: expressions read ``allowed.NAME``, ``measure.NAME``."""

Group = Literal["line", "day", "code", "revenue_code", "phase", "claim", Period]
StepGroup = Literal["line", "day", "phase", "claim", Period]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
"""In the order of ``date.weekday()``."""
DatedBy = Literal["admission", "discharge", "service"]


class Rounding(Part):
    """To which multiple, which way, and when exact amounts become money."""

    to: Annotated[Amount, Field(gt=0)] | None = None
    mode: Literal["half_up", "half_even", "up", "down"] = "half_up"
    each: Literal["line", "claim"] = "line"


class OwnFact(Part):
    """A fact of the terms' own, which the claim states below ``facts``."""

    type: Literal["yes_no", "number", "text", "date", "texts"]
    text: Sentence


class StayDays(Part):
    """How the days of a stay are counted where the claim does not state them."""

    count: Literal["nights", "both_ends"] = "nights"
    same_day: Annotated[int, Field(ge=0, le=1)] = 1


class Exchange(Part):
    """Which day's exchange rate converts a claim in another currency."""

    date: Literal["service", "admission", "discharge", "received", "paid"]


class Measure(Part):
    """What lines of the claim are together, under a name: a sum, how many, the first day."""

    of: Literal[
        "charges", "units", "invoice", "medicare", "lines",
        "service_days", "first_date", "last_date",
    ] = "charges"  # fmt: skip
    lines: Lines = Lines()

    @property
    def is_date(self) -> bool:
        """Return whether it is a day, and no number."""
        return self.of in {"first_date", "last_date"}


class ScheduleRow(Part):
    """One row of a fee schedule: what it is for, from when to when, and the amount."""

    code: Code | None = None
    code_type: Code | None = None
    modifier: Code | None = None
    revenue_code: Code | None = None
    drg: Code | None = None
    setting: Setting | None = None
    place: Code | None = None
    first: Day | None = Field(default=None, alias="from")
    last: Day | None = Field(default=None, alias="to")
    amount: Formula


class ScheduleFile(Part):
    """A schedule in a CSV file beside the document: which column is which key of a row."""

    file: Annotated[str, Field(max_length=100, pattern=r"^[\w][\w .-]*$")]
    columns: dict[str, Annotated[str, Field(max_length=200)]] = Field(default_factory=dict)


def _is_list(written: object) -> str:
    return "rows" if isinstance(written, (list, tuple)) else "file"


Schedule = Annotated[
    Annotated[ScheduleFile, Tag("file")]
    | Annotated[tuple[ScheduleRow, ...], Field(min_length=1), Tag("rows")],
    Discriminator(_is_list),
]


class Raise(Part):
    """From this day on rates are higher by a share."""

    on: Day
    by: Formula


class Escalator(Part):
    """Raises of rates, typed in one by one, or the same every so many months."""

    raises: tuple[Raise, ...] = ()
    first: Day | None = None
    every_months: Annotated[int, Field(ge=1, le=1200)] | None = None
    by: Formula | None = None
    round_to: Annotated[Amount, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _is_one_or_the_other(self) -> Self:
        regular = (self.first, self.every_months, self.by)
        if self.raises and any(part is not None for part in regular):
            raise fault_at("raises", "give raises, or first, every_months and by; not both")
        if not self.raises and any(part is None for part in regular):
            raise fault_at("first", "a regular raise needs first, every_months and by")
        return self


class Phase(Part):
    """A span of days of an episode, such as of a transplant; both ends belong to it."""

    id: Id
    text: Sentence | None = None
    first: Formula | None = Field(default=None, alias="from")
    last: Formula | None = Field(default=None, alias="to")


class Term(Part):
    """Which lines, how they are grouped, and how they are paid."""

    id: RuleId
    text: Sentence
    source: Sentence | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    dated_by: DatedBy | None = None
    claim: Claims = Claims()
    lines: Lines = Lines()
    when: Formula | None = None
    grouped: Group = Field(default="line", alias="for")
    in_addition: YesNo = False
    shown_on: Lines | None = None
    allot: Literal["first", "charges"] = "first"
    pays: Rate

    @model_validator(mode="before")
    @classmethod
    def _has_its_steps_below_pays(cls, written: object) -> object:
        if isinstance(written, dict):
            if "then" in written:
                raise fault_at("then", "follows a rate; write it below pays")
            for key in STEP_KEYS & written.keys():
                words = "is a step: write it below steps, or below pays, under then"
                raise fault_at(key, words)
        return written


class ClaimStep(Step):
    """A step over what the terms allow: stop-loss, floors and ceilings, discounts."""

    id: RuleId
    text: Sentence
    source: Sentence | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    dated_by: DatedBy | None = None
    claim: Claims = Claims()
    lines: Lines = Lines()
    applies_to: IdList | None = None
    not_to: IdList = ()
    grouped: StepGroup = Field(default="claim", alias="for")
    of: Literal["allowed", "payer"] = "allowed"


class Terms(Part):
    """Reimbursement terms between a facility and a payer."""

    format: Literal["sojourn-contract/1"]
    id: Id
    title: Sentence
    facility: Sentence | None = None
    payer: Sentence | None = None
    currency: Currency
    source: Sentence | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    dated_by: DatedBy = "admission"
    exchange: Exchange | None = None
    rounding: Rounding = Rounding()
    days: StayDays = StayDays()
    week_starts: Weekday = "monday"
    facts: dict[str, OwnFact] = Field(default_factory=dict)
    tables: dict[Id, Annotated[tuple[TableRow, ...], Field(min_length=1)]] = Field(
        default_factory=dict
    )
    schedules: dict[Id, Schedule] = Field(default_factory=dict)
    measures: dict[RuleId, Measure] = Field(default_factory=dict)
    tests: dict[RuleId, Claims] = Field(default_factory=dict)
    amounts: dict[RuleId, Formula] = Field(default_factory=dict)
    modifiers: dict[Id, dict[Modifier, Formula]] = Field(default_factory=dict)
    escalators: dict[Id, Escalator] = Field(default_factory=dict)
    phases: tuple[Phase, ...] = ()
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    steps: tuple[ClaimStep, ...] = ()
