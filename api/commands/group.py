"""The command ``sojourn`` itself: which commands there are, and errors in words.

It must start at once, so it knows the commands by name and first sentence only, and imports
nothing of the house before a command is called.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any, Final, cast

import click

from api.commands.answers import INTERRUPTED, NO, WRONG, print_json

_WRONG_INPUT: Final = frozenset({400, 413, 415, 422})

# The room that has the command, and what its own help begins with.
_COMMANDS: Final = {
    "accept": (
        "visits",
        "Accept a PROPOSAL of PLAN (default: best) and freeze the itinerary.",
    ),
    "audit": ("audit", "Check, sign, list and export the audit trail."),
    "backup": ("keeping", "Write the whole database into FILE, or see whether FILE is whole."),
    "bill": ("estimates", "Hold a facility's bill against the estimate, and what may be disputed."),
    "cases": ("visits", "List the cases."),
    "contract": (
        "contract",
        "Price claims by the terms of a contract, compare offers, check the documents.",
    ),
    "cover": (
        "covering",
        "Decide what a travel policy pays of a trip, line by line, with the reasons.",
    ),
    "deidentify": (
        "operating",
        "Write the cases as CSV for analysis, without anything that leads back to a person.",
    ),
    "doctor": (
        "service",
        "Look at everything the service needs, and say what to do where something is wrong.",
    ),
    "estimate": (
        "estimates",
        "Show the estimate of CASE; check estimate documents, compare versions.",
    ),
    "itinerary": ("visits", "Print an itinerary, or write it to a file."),
    "jobs": ("working", "List background jobs, stop one, or try one again."),
    "keys": ("keys", "Make keys of private fields, see what they seal, and replace them."),
    "migrate": ("service", "Bring the database up to date; running servers notice nothing."),
    "organisations": (
        "organisations",
        "List organisations, or add one: operator, payer or facility.",
    ),
    "plan": ("visits", "Plan the visit of CASE; progress goes to standard error."),
    "policy": (
        "policy",
        "Check policy documents, print the schemas of policies, trips and balances.",
    ),
    "prices": ("prices", "Import hospital price files, judge and ask them; what Medicare pays."),
    "replay": (
        "visits",
        "Solve the stored problem document of PLAN again; it must give the same answer.",
    ),
    "restore": ("keeping", "Restore FILE into an empty database, whole or not at all."),
    "seed": ("service", "Bring the database up to date and add the sample data it lacks."),
    "serve": ("service", "Serve the pages and the REST interface until stopped."),
    "solve": ("solving", 'Solve the problem document FILE ("-": standard input).'),
    "tokens": ("people", "List, create and revoke API tokens of users."),
    "users": ("people", "List users, make the first administrator, let users in or out."),
    "why": (
        "solving",
        "Say why OPTION is not in the best plan of a problem document, or of a stored plan.",
    ),
    "work": (
        "working",
        "Make background jobs until stopped, on any machine that reaches the database.",
    ),
}


def load_command(name: str) -> click.Command:
    """Return a command of the table, from its room."""
    room, _ = _COMMANDS[name]
    return cast("click.Command", getattr(import_module(f"api.commands.{room}"), name))


class _Sojourn(click.Group):
    """Loads the command that is called; turns errors into words and an exit status."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note whether JSON is asked for: an error is then told in JSON too."""
        ctx.obj = "--json" in args
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command itself for what the table holds in its place."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, None if name is None else load_command(name), rest

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 — as click's own
        """Run a command; an anticipated error ends it with its exit status."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            # The line break parts the words from the terminal's ^C.
            click.echo(f"\nsojourn: interrupted, {ctx.invoked_subcommand} did not finish", err=True)
            raise SystemExit(INTERRUPTED) from None
        except Exception as error:
            status = _told(error, ctx)
            if status is None:
                raise
            raise SystemExit(status) from None


def _told(error: Exception, ctx: click.Context) -> int | None:
    """Tell of an anticipated error and return its exit status; None for any other."""
    from api.errors import find_problem_kind, problem_of  # noqa: PLC0415 — knows the whole house
    from api.settings import InvalidSetting  # noqa: PLC0415 — only errors are compared with it

    if isinstance(error, InvalidSetting):
        click.echo(f"sojourn: {error}", err=True)
        return WRONG
    kind = find_problem_kind(error)
    if kind is None:
        return None
    if ctx.obj:
        print_json(problem_of(error, f"sojourn {ctx.invoked_subcommand}"))
    click.echo(f"sojourn: {error}", err=True)
    return WRONG if kind.status in _WRONG_INPUT else NO


@click.group(
    cls=_Sojourn,
    context_settings={"help_option_names": ["-h", "--help"]},
    commands={name: click.Command(name, help=words) for name, (_, words) in _COMMANDS.items()},
)
@click.version_option(package_name="sojourn")
def main() -> None:
    """Plan in-person medical visits: appointment, flights, lodging and transfers together."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
