"""Plan a visit: run one queued plan to its end, and record what came of it.

Steps, each seen in the plan's phase while it lasts:

1. gather (queued): the case, what is stated about it, its policy in force and what the household
   has used of its limits, the open slots of its facilities;
2. find (searching): offers from the supplier, with no transaction open;
3. solve (solving): the problem document, in a process of its own; more than once where the
   policy is no sum over options;
4. check (checking): the coverage engine decides the real offers; every cent must agree;
   what it decided from is kept with the decision, the texts of the policies for ever;
5. record (planned or no_plan): proposals, problem document and notes, in one transaction.

Whatever stops it on the way is recorded too: a failure with a sentence, or the cancellation.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from logistics.case.model import Case
from logistics.case_facts import CaseFacts
from logistics.errors import InvalidField, SupplierError
from logistics.facility import Facility
from logistics.find_travel import find_travel
from logistics.offers.search import TravelSearch
from logistics.places import get_airport
from logistics.repository.case_facts import get_case_facts
from logistics.repository.case_policies import CasePolicy, get_case_policy
from logistics.repository.cases import get_case
from logistics.repository.claim_questions import find_balances
from logistics.repository.facilities import get_facility
from logistics.repository.sessions import Sessions
from logistics.repository.specialists import list_specialists
from logistics.suppliers.port import TravelSupplier
from pricing.coverage.decide import version_in_force
from pricing.coverage.decision import BalanceKey
from pricing.ecb_rates import EcbRates
from pricing.errors import PricingError
from pricing.repository.policy_texts import keep_texts
from scheduling.candidates import candidate_appointments
from scheduling.errors import NothingToPlanWith, PlanDisagrees
from scheduling.explain import explain_obstacles
from scheduling.optimizer.answer import Answer, Status
from scheduling.optimizer.errors import InvalidProblem, SolveCancelled, SolveKilled, WrongAnswer
from scheduling.plan_notes import count_of, notes_of
from scheduling.planning import Obstacle, Phase, Plan
from scheduling.policy_search import search_plan
from scheduling.preferences import Preferences, load_preferences
from scheduling.proposals import proposals_of
from scheduling.repository.plans import get_plan, is_cancel_requested, move_plan, record_outcome
from scheduling.repository.slots import list_open_slots
from scheduling.solver_port import Solver
from scheduling.translation.supply import supply_of
from scheduling.translation.translate import Translation, translate
from scheduling.visit import PlannedAppointment

ALTERNATIVES = 5
"""How many alternatives stand beside the best plan."""

Clock = Callable[[], datetime]

_log = logging.getLogger(__name__)


class _Cancelled(Exception):
    """Somebody asked the plan to stop."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What the database had to say."""

    case: Case
    facts: CaseFacts
    policy: CasePolicy
    balances: Mapping[BalanceKey, Fraction]
    facilities: tuple[Facility, ...]
    appointments: tuple[PlannedAppointment, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """One plan under way."""

    plan: Plan
    sessions: Sessions
    travel: TravelSupplier
    solver: Solver
    clock: Clock
    preferences: Preferences
    seconds: float

    def enter(self, phase: Phase, progress: str, *, texts: tuple[str, ...] = ()) -> None:
        """Move the plan on, unless somebody asked it to stop; keep texts of policies for ever."""
        with self.sessions.write() as session:
            if is_cancel_requested(session, self.plan.id):
                raise _Cancelled
            keep_texts(session, texts, now=self.clock())
            move_plan(session, self.plan.id, phase, progress=progress)

    def is_cancelled(self) -> bool:
        """Return whether somebody asked the plan to stop."""
        with self.sessions.read() as session:
            return is_cancel_requested(session, self.plan.id)


def plan_visit(
    plan_id: str,
    *,
    sessions: Sessions,
    travel: TravelSupplier,
    solver: Solver,
    clock: Clock,
    seconds: float = 30.0,
    is_last_try: bool = True,
) -> Plan:
    """Return the finished plan: planned, no_plan, failed or cancelled.

    ``seconds`` bounds the solve; whatever it proved by then is the answer. Raises PlanNotFound,
    DatabaseUnavailable when not even the outcome could be recorded, and SupplierError where
    trying again can help and this is not the last try: the plan is left unfinished then.
    """
    with sessions.read() as session:
        plan = get_plan(session, plan_id)
    run = _Run(plan, sessions, travel, solver, clock, load_preferences(), seconds)
    try:
        done = _work(run)
    except (_Cancelled, SolveCancelled):
        done = replace(plan, phase=Phase.CANCELLED, progress="Cancelled")
    except (NothingToPlanWith, InvalidField) as error:
        done = _no_plan(plan, str(error))
    except (SupplierError, SolveKilled, PricingError) as error:
        if isinstance(error, SupplierError) and error.retryable and not is_last_try:
            raise
        _log.info("plan.failed", extra={"plan": plan_id, "reason": type(error).__name__})
        done = replace(plan, phase=Phase.FAILED, progress="Failed", failure=str(error))
    except (PlanDisagrees, InvalidProblem, WrongAnswer) as error:
        _log.exception("plan.disagrees", extra={"plan": plan_id})
        done = replace(plan, phase=Phase.FAILED, progress="Failed", failure=str(error))
    done = replace(done, finished_at=clock())
    with sessions.write() as session:
        record_outcome(session, done)
    _log.info("visit.planned", extra={"plan": plan_id, "phase": done.phase, "status": done.status})
    return done


def _work(run: _Run) -> Plan:
    now = run.clock()
    run.enter(Phase.SEARCHING, "Searching flights, rooms and rides")
    gathered = _gather(run, now)
    policy = gathered.policy.prepared
    currency = policy.policy.currency
    found = find_travel(_search(gathered, run.preferences, currency, now), run.travel)
    supply = supply_of(
        gathered.case,
        found=found,
        appointments=gathered.appointments,
        policy=policy,
        preferences=run.preferences,
        now=now,
        rates=EcbRates(),
        balances=gathered.balances,
        ceilings=gathered.policy.prepared_ceilings,
        digests=gathered.policy.digests,
        facts=gathered.facts,
    )
    translation = translate(supply)
    run.enter(Phase.SOLVING, f"Comparing {count_of(supply)}")
    answer = search_plan(
        translation,
        run.solver,
        seconds=run.seconds,
        alternatives=ALTERNATIVES,
        cancelled=run.is_cancelled,
    )
    done = _outcome(run, answer, translation, gathered.policy.texts)
    return replace(
        done,
        status=str(answer.status),
        notes=notes_of(translation, found.set_aside),
        policy_version=_version(translation),
        problem=translation.document,
        statistics={**answer.statistics, "solve_seconds": round(answer.seconds, 4)},
    )


def _gather(run: _Run, now: datetime) -> _Gathered:
    horizon = timedelta(days=run.preferences.horizon_days)
    with run.sessions.read() as session:
        case = get_case(session, run.plan.case_reference)
        policy = get_case_policy(session, case)
        facts = get_case_facts(session, case.reference).facts
        balances = find_balances(session, case, policy, facts)
        facilities = tuple(get_facility(session, one) for one in case.visit.facility_ids)
        specialists = list_specialists(session, facility_ids=case.visit.facility_ids)
        slots = list_open_slots(
            session,
            specialist_ids=tuple(one.id for one in specialists),
            after=now,
            before=now + horizon,
            except_case=case.reference,
        )
    appointments = candidate_appointments(
        case, facilities=facilities, specialists=specialists, slots=slots
    )
    return _Gathered(case, facts, policy, balances, facilities, appointments)


def _search(
    gathered: _Gathered, preferences: Preferences, currency: str, now: datetime
) -> TravelSearch:
    """Return the search that covers every appointment, with days to spare on both sides."""
    visit = gathered.case.visit
    first = min(one.slot.starts_at for one in gathered.appointments).date()
    last = max(
        one.slot.ends_at + timedelta(minutes=one.need.recovery_minutes)
        for one in gathered.appointments
    ).date()
    earliest = max(now.date(), first - timedelta(days=preferences.travel_days_before))
    latest = last + timedelta(days=preferences.travel_days_after)
    seen = {one.facility.id for one in gathered.appointments}
    return TravelSearch(
        case=gathered.case,
        facilities=tuple(one for one in gathered.facilities if one.id in seen),
        earliest=max(earliest, visit.earliest_date or earliest),
        latest=_latest(earliest, latest, visit.latest_date),
        currency=currency,
        asked_at=now,
    )


def _latest(earliest: date, latest: date, wished: date | None) -> date:
    """Return the last day worth searching: a week past the wish shows what would open it."""
    if wished is None:
        return latest
    return max(earliest, min(latest, wished + timedelta(days=7)))


def _outcome(run: _Run, answer: Answer, translation: Translation, texts: tuple[str, ...]) -> Plan:
    plan = run.plan
    if answer.status is Status.INVALID:
        raise InvalidProblem(answer.faults)
    if answer.choice is None:
        home = translation.rows.supply.case.patient.home_airport
        obstacles = explain_obstacles(
            answer.in_the_way, clock=translation.rows.clock, zone=get_airport(home).zone
        )
        if not obstacles:
            raise SolveKilled("time ran out before the first plan was found; try again")
        return replace(plan, phase=Phase.NO_PLAN, progress="No plan exists", obstacles=obstacles)
    run.enter(Phase.CHECKING, "Checking every cent twice", texts=texts)
    proposals = proposals_of(answer, translation)
    return replace(plan, phase=Phase.PLANNED, progress="Planned", proposals=proposals)


def _version(translation: Translation) -> str:
    question = translation.rows.tariff.question
    return version_in_force(question.policy, question.trip, question.decided_on).version.version


def _no_plan(plan: Plan, sentence: str) -> Plan:
    return replace(
        plan,
        phase=Phase.NO_PLAN,
        progress="No plan exists",
        status="INFEASIBLE",
        obstacles=(Obstacle("offers", sentence),),
    )
