"""The commands about visits: ``cases``, ``plan``, ``accept``, ``itinerary``, ``replay``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Final

import click

from api.access.actions import Action
from api.commands.answers import NO, as_json, print_json
from api.commands.wired import services
from api.jobs.job import Job
from api.jobs.queue_plan import cancel_plan, claim_new_plan
from api.jobs.run_job import run_job
from api.presenters.console import itinerary_text, plan_text, table_text
from api.schemas.case import case_summary
from api.schemas.plan import plan_answer
from api.wiring import Services
from logistics.repository.cases import get_case, list_cases
from scheduling.accept_plan import accept_plan
from scheduling.documents.itinerary_json import to_document
from scheduling.documents.pdf import to_pdf
from scheduling.invites.calendar import to_calendar
from scheduling.itinerary import Itinerary
from scheduling.planning import Phase, Plan
from scheduling.replay_plan import replay_plan
from scheduling.repository.itineraries import get_itinerary
from scheduling.repository.plans import get_plan

_LOOK_SECONDS: Final = 0.1


@click.command()
@as_json
def cases(*, as_json: bool) -> None:
    """List the cases."""
    with services(Action.CASE_LIST).sessions.read() as session:
        found = list_cases(session)
    if as_json:
        print_json({"cases": [case_summary(case) for case in found]})
        return
    rows = [
        (case.reference, case.service_level.value, case.patient.name, case.title) for case in found
    ]
    click.echo(table_text([("Case", "Level", "Patient", "Title"), *rows]))


@click.command()
@click.argument("case")
@as_json
def plan(case: str, *, as_json: bool) -> None:
    """Plan the visit of CASE; progress goes to standard error."""
    wired = services(Action.PLAN_MAKE)
    queued, job = claim_new_plan(case, services=wired)
    done = _follow(queued, job, wired)
    if as_json:
        print_json(plan_answer(done))
    else:
        with wired.sessions.read() as session:
            click.echo(plan_text(done, get_case(session, case)))
    raise SystemExit(0 if done.phase is Phase.PLANNED else NO)


def _follow(queued: Plan, job: Job, wired: Services) -> Plan:
    """Make the plan in a thread and tell how far it is; Ctrl-C cancels it."""
    worker = Thread(target=run_job, args=(job,), kwargs={"services": wired})
    worker.start()
    told = ""
    while worker.is_alive():
        try:
            worker.join(_LOOK_SECONDS)
            progress = _get_plan(wired, queued.id).progress
        except KeyboardInterrupt:
            cancel_plan(queued.id, services=wired)
            progress = "Cancelling"
        if progress and progress != told:
            click.echo(f"{progress} …", err=True)
            told = progress
    worker.join()
    return _get_plan(wired, queued.id)


def _get_plan(wired: Services, plan_id: str) -> Plan:
    with wired.sessions.read() as session:
        return get_plan(session, plan_id)


@click.command()
@click.argument("plan_id", metavar="PLAN")
@click.argument("proposal", default="best")
@as_json
def accept(plan_id: str, proposal: str, *, as_json: bool) -> None:
    """Accept a PROPOSAL of PLAN (default: best) and freeze the itinerary."""
    wired = services(Action.PLAN_ACCEPT)
    itinerary = accept_plan(
        plan_id=plan_id, proposal=proposal, sessions=wired.sessions, now=wired.now()
    )
    if as_json:
        print_json(to_document(itinerary))
    else:
        click.echo(f"Accepted as {itinerary.id}, revision {itinerary.revision}.")


def _to_text(found: Itinerary) -> bytes:
    return itinerary_text(found).encode() + b"\n"


def _to_json(found: Itinerary) -> bytes:
    return json.dumps(to_document(found), ensure_ascii=False, indent=2).encode() + b"\n"


_WRITERS: Final[dict[str, Callable[[Itinerary], bytes]]] = {
    "text": _to_text,
    "json": _to_json,
    "ics": to_calendar,
    "pdf": to_pdf,
}


@click.command()
@click.argument("itinerary_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(list(_WRITERS)), default="text")
@click.option("--revision", type=click.IntRange(min=1), help="Default: the latest.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@as_json
def itinerary(
    itinerary_id: str, *, form: str, revision: int | None, output: Path | None, as_json: bool
) -> None:
    """Print an itinerary, or write it to a file."""
    with services(Action.ITINERARY_READ).sessions.read() as session:
        found = get_itinerary(session, itinerary_id, revision)
    chosen = "json" if as_json else form
    if chosen == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("a PDF is no text; name a file with -o FILE")
    content = _WRITERS[chosen](found)
    if output is None:
        click.echo(content, nl=False)
    else:
        output.write_bytes(content)
        click.echo(f"Wrote {output}", err=True)


@click.command()
@click.argument("plan_id", metavar="PLAN")
@as_json
def replay(plan_id: str, *, as_json: bool) -> None:
    """Solve the stored problem document of PLAN again; it must give the same answer."""
    wired = services(Action.PLAN_EXPLAIN)
    found = replay_plan(plan_id, sessions=wired.sessions, solver=wired.solver)
    if as_json:
        print_json({
            "plan_id": found.plan_id,
            "status": found.status,
            "cost": found.cost,
            "bound": found.bound,
            "seconds": found.seconds,
            "is_same": found.is_same,
            "differences": list(found.differences),
        })  # fmt: skip
    else:
        click.echo(f"{found.status}  cost {found.cost}  bound {found.bound}")
        click.echo("The same answer." if found.is_same else "\n".join(found.differences))
    raise SystemExit(0 if found.is_same else NO)


def problem_of_plan(plan_id: str) -> bytes:
    """Return the problem document of a stored plan.

    Raises:
        PlanNotFound: there is none with this id.
        click.UsageError: it has no problem document.
    """
    document = _get_plan(services(Action.PLAN_PROBLEM), plan_id).problem
    if document is None:
        raise click.UsageError(f"plan {plan_id} has no problem document")
    return document
