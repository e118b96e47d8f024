"""The command line ``sojourn``: the same jobs as the pages and REST, for the shell.

Exit status 0: done; 1: a business "no" (nothing possible, not found, not available); 2: the input
or a setting is wrong. With ``--json`` the answer, or the problem document, is JSON on standard
output; progress and explanations for people go to standard error.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from threading import Thread
from typing import Any, Final, NoReturn

import click

from api.doctor import examine
from api.errors import find_problem_kind, problem_of
from api.jobs import make_plan, queue_plan
from api.presenters.console import itinerary_text, plan_text, table_text
from api.presenters.why_not import reason_sentence
from api.schemas.case import case_summary
from api.schemas.plan import plan_answer
from api.seeding import seed as seed_database
from api.serve import serve as serve_application
from api.settings import PREFIX, InvalidSetting, read_settings
from api.wiring import Services, build_services
from logistics import samples
from logistics.repository.cases import get_case, list_cases
from scheduling.accept_plan import accept_plan
from scheduling.documents.itinerary_json import to_document
from scheduling.documents.pdf import to_pdf
from scheduling.invites.calendar import to_calendar
from scheduling.itinerary import Itinerary
from scheduling.optimizer.answer import answer_to_document
from scheduling.optimizer.apart import cool_down, explain_apart, solve_apart
from scheduling.planning import Phase, Plan
from scheduling.replay_plan import replay_plan
from scheduling.repository.itineraries import get_itinerary
from scheduling.repository.plans import get_plan, request_cancel

_LOOK_SECONDS: Final = 0.1
_WRONG_INPUT: Final = frozenset({400, 413, 415, 422})
_NO: Final = 1
_WRONG: Final = 2
_WHY_STATUS: Final = {"UNKNOWN_OPTION": _NO, "INFEASIBLE": _NO, "UNKNOWN": _NO, "INVALID": _WRONG}

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


class _Sojourn(click.Group):
    """Turns the errors of the floors below into words and an exit status."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether JSON is asked for: an error is then told in JSON too."""
        ctx.obj = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 — as click's own
        """Run a command; an anticipated error ends it with its exit status."""
        try:
            return super().invoke(ctx)
        except InvalidSetting as error:
            _fail(str(error), _WRONG)
        except Exception as error:
            kind = find_problem_kind(error)
            if kind is None:
                raise
            status = _WRONG if kind.status in _WRONG_INPUT else _NO
            if ctx.obj:
                _print(problem_of(error, f"sojourn {ctx.invoked_subcommand}"))
            _fail(str(error), status)
        finally:
            cool_down()


def _fail(words: str, status: int) -> NoReturn:
    click.echo(f"sojourn: {words}", err=True)
    raise SystemExit(status)


@click.group(cls=_Sojourn, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sojourn")
def main() -> None:
    """Plan in-person medical visits: appointment, flights, lodging and transfers together."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")


def _services() -> Services:
    return build_services(read_settings(os.environ))


def _print(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


@main.command()
@as_json
def seed(*, as_json: bool) -> None:
    """Bring the database up to date and add the sample data it lacks."""
    services = _services()
    services.sessions.migrate()
    report = seed_database(services.sessions, today=services.today(), samples=samples)
    added = {
        "facilities": report.facilities,
        "specialists": report.specialists,
        "cases": report.cases,
        "slots": report.slots,
    }
    if as_json:
        _print(added)
    else:
        words = ", ".join(f"{count:,} {name}" for name, count in added.items())
        click.echo(f"Added {words}. Sample data: people, specialists and prices are fictional.")


@main.command()
@click.option("--host", help="Address to listen on, instead of SOJOURN_HOST.")
@click.option("--port", help="Port to listen on, instead of SOJOURN_PORT.")
def serve(*, host: str | None, port: str | None) -> None:
    """Serve the pages and the REST interface until stopped."""
    chosen = {f"{PREFIX}HOST": host, f"{PREFIX}PORT": port}
    named = {name: value for name, value in chosen.items() if value is not None}
    settings = read_settings({**os.environ, **named})
    serve_application(settings, say=lambda words: click.echo(words, err=True))


@main.command()
@as_json
def cases(*, as_json: bool) -> None:
    """List the cases."""
    with _services().sessions.read() as session:
        found = list_cases(session)
    if as_json:
        _print({"cases": [case_summary(case) for case in found]})
        return
    rows = [
        (case.reference, case.service_level.value, case.patient.name, case.title) for case in found
    ]
    click.echo(table_text([("Case", "Level", "Patient", "Title"), *rows]))


@main.command()
@click.argument("case")
@as_json
def plan(case: str, *, as_json: bool) -> None:
    """Plan the visit of CASE; progress goes to standard error."""
    services = _services()
    queued, _ = queue_plan(case, services=services, request_key=None)
    done = _follow(queued, services)
    if as_json:
        _print(plan_answer(done))
    else:
        with services.sessions.read() as session:
            click.echo(plan_text(done, get_case(session, case)))
    raise SystemExit(0 if done.phase is Phase.PLANNED else _NO)


def _follow(queued: Plan, services: Services) -> Plan:
    """Make the plan in a thread and tell how far it is; Ctrl-C cancels it."""
    worker = Thread(target=make_plan, args=(queued.id, services))
    worker.start()
    told = ""
    while worker.is_alive():
        try:
            worker.join(_LOOK_SECONDS)
            progress = _get_plan(services, queued.id).progress
        except KeyboardInterrupt:
            with services.sessions.write() as session:
                request_cancel(session, queued.id)
            progress = "Cancelling"
        if progress and progress != told:
            click.echo(f"{progress} …", err=True)
            told = progress
    worker.join()
    return _get_plan(services, queued.id)


def _get_plan(services: Services, plan_id: str) -> Plan:
    with services.sessions.read() as session:
        return get_plan(session, plan_id)


@main.command()
@click.argument("plan_id", metavar="PLAN")
@click.argument("proposal", default="best")
@as_json
def accept(plan_id: str, proposal: str, *, as_json: bool) -> None:
    """Accept a PROPOSAL of PLAN (default: best) and freeze the itinerary."""
    services = _services()
    itinerary = accept_plan(
        plan_id=plan_id, proposal=proposal, sessions=services.sessions, now=services.now()
    )
    if as_json:
        _print(to_document(itinerary))
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


@main.command()
@click.argument("itinerary_id", metavar="ID")
@click.option("--format", "form", type=click.Choice(list(_WRITERS)), default="text")
@click.option("--revision", type=click.IntRange(min=1), help="Default: the latest.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@as_json
def itinerary(
    itinerary_id: str, *, form: str, revision: int | None, output: Path | None, as_json: bool
) -> None:
    """Print an itinerary, or write it to a file."""
    with _services().sessions.read() as session:
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


@main.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Look at everything the service needs, and say what to do where something is wrong."""
    findings = list(examine(_services()))
    if as_json:
        _print({
            "findings": [
                {"name": one.name, "is_well": one.is_well, "found": one.found, "advice": one.advice}
                for one in findings
            ]
        })  # fmt: skip
    else:
        for one in findings:
            click.echo(f"{'ok  ' if one.is_well else 'BAD '} {one.name}: {one.found}")
            if one.advice:
                click.echo(f"     {one.advice}")
    raise SystemExit(0 if all(one.is_well for one in findings) else _NO)


@main.command()
@click.argument("file", type=click.File("rb"), required=False)
@click.option("--alternatives", type=click.IntRange(0, 5), default=0, show_default=True)
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of problem documents.")
@as_json
def solve(file: Any, *, alternatives: int, seconds: float, schema: bool, as_json: bool) -> None:  # noqa: ANN401 — click's file
    """Solve the problem document FILE ("-": standard input)."""
    if schema:
        folder = resources.files("seed_data") / "schemas"
        click.echo((folder / "problem-1.json").read_text("utf-8"), nl=False)
        return
    if file is None:
        raise click.UsageError("name the FILE to solve, or ask for --schema")
    answer = solve_apart(file.read(), seconds=seconds, alternatives=alternatives)
    document = answer_to_document(answer)
    if as_json:
        _print(document)
    else:
        click.echo(_answer_text(document))
    raise SystemExit(answer.exit_status)


def _answer_text(document: dict[str, Any]) -> str:
    lines = [f"{document['status']}  cost {document['cost']}  bound {document['bound']}"]
    lines += [f"  {fault['path']}: {fault['message']}" for fault in document.get("faults", ())]
    lines += [f"  {one['rule']}: {one['sentence']}" for one in document.get("in_the_way", ())]
    for name, part in (document["choices"] or {}).items():
        lines.append(f"  {name}: {json.dumps(part, ensure_ascii=False)}")
    lines += [
        f"  {one['name']}: {one['status']}, measure {one['measure']}, cost {one['cost']}"
        for one in document["alternatives"]
    ]
    return "\n".join([*lines, f"  in {document['seconds']:.3f} s"])


@main.command()
@click.argument("source", metavar="FILE_OR_PLAN")
@click.argument("option")
@click.option("--seconds", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@as_json
def why(source: str, option: str, *, seconds: float, as_json: bool) -> None:
    """Say why OPTION is not in the best plan of a problem document, or of a stored plan."""
    answer = explain_apart(_problem(source), options=[option], seconds=seconds)
    if as_json:
        _print(answer)
    else:
        click.echo(_why_text(answer))
    raise SystemExit(_WHY_STATUS.get(answer["status"], 0))


def _why_text(answer: dict[str, Any]) -> str:
    if "options" not in answer:
        faults = [f"{fault['path']}: {fault['message']}" for fault in answer.get("faults", ())]
        return "\n".join([answer.get("message", answer["status"]), *faults])
    return "\n".join(
        f"{one['list']}/{one['option']}: {one['verdict']}. {reason_sentence(one, None)}"
        for one in answer["options"]
    )


def _problem(source: str) -> bytes:
    """Return the problem document in a file, else that of the plan with this id."""
    file = Path(source)
    if file.is_file():
        return file.read_bytes()
    document = _get_plan(_services(), source).problem
    if document is None:
        raise click.UsageError(f"plan {source} has no problem document")
    return document


@main.command()
@click.argument("plan_id", metavar="PLAN")
@as_json
def replay(plan_id: str, *, as_json: bool) -> None:
    """Solve the stored problem document of PLAN again; it must give the same answer."""
    services = _services()
    found = replay_plan(plan_id, sessions=services.sessions, solver=services.solver)
    if as_json:
        _print({
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
    raise SystemExit(0 if found.is_same else _NO)
