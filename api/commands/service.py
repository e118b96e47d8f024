"""The commands about the service itself: ``seed``, ``serve``, ``doctor``."""

from __future__ import annotations

import sys

import click

from api.access.actions import Action
from api.commands.answers import NO, as_json, print_json
from api.commands.wired import services, settings
from api.doctor import examine
from api.observing.logs import configure_logs
from api.seeding import seed as seed_database
from api.serve import serve as serve_application
from logistics import samples


@click.command()
def migrate() -> None:
    """Bring the database up to date; running servers notice nothing."""
    database = services(Action.UPKEEP).database
    database.migrate()
    click.echo(f"The database is at revision {database.describe().revision}.")


@click.command()
@as_json
def seed(*, as_json: bool) -> None:
    """Bring the database up to date and add the sample data it lacks."""
    wired = services(Action.UPKEEP)
    wired.database.migrate()
    report = seed_database(
        wired.sessions, today=wired.today(), samples=samples, has_people=wired.settings.is_sample
    )
    added = {
        "facilities": report.facilities,
        "organisations": report.organisations,
        "specialists": report.specialists,
        "cases": report.cases,
        "slots": report.slots,
        "users": report.users,
        "policies": report.policies,
    }
    if as_json:
        print_json(added)
    else:
        words = ", ".join(f"{count:,} {name}" for name, count in added.items())
        click.echo(f"Added {words}. Sample data: people, specialists and prices are fictional.")


@click.command()
@click.option("--host", help="Address to listen on, instead of SOJOURN_HOST.")
@click.option("--port", help="Port to listen on, instead of SOJOURN_PORT.")
def serve(*, host: str | None, port: str | None) -> None:
    """Serve the pages and the REST interface until stopped."""
    chosen = settings(HOST=host, PORT=port)
    configure_logs(sys.stderr)
    serve_application(chosen, say=lambda words: click.echo(words, err=True))


@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Look at everything the service needs, and say what to do where something is wrong."""
    findings = list(examine(services(Action.HEALTH_READ)))
    if as_json:
        print_json({
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
    raise SystemExit(0 if all(one.is_well for one in findings) else NO)
