"""The commands about policy documents: ``sojourn policy check | schema``. They need no database."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any, Final

import click

from api.commands.answers import WRONG, as_json, fault_line, print_json

_STANDARD_INPUT: Final = frozenset({"-", "<stdin>"})


@click.group()
def policy() -> None:
    """Check policy documents, print the schemas of policies, trips and balances."""


@policy.command()
@click.argument("files", metavar="FILE...", type=click.File("rb"), nargs=-1, required=True)
@as_json
def check(*, files: tuple[IO[bytes], ...], as_json: bool) -> None:
    """Say what is wrong in each policy document FILE ("-": standard input), line by line.

    What only looks wrong is told as a warning, and the exit status stays 0.
    """
    checked = [_checked(file) for file in files]
    if as_json:
        print_json({"documents": checked})
    else:
        click.echo("\n".join(line for one in checked for line in _lines(one)))
    if not all(one["well"] for one in checked):
        raise SystemExit(WRONG)


@policy.command()
@click.argument(
    "name", type=click.Choice(["policy", "trip", "balances"]), required=False, default="policy"
)
def schema(*, name: str) -> None:
    """Print the JSON Schema of policy, trip or balances documents."""
    from importlib import resources  # noqa: PLC0415 — only the schema is read from the package

    published = resources.files("seed_data") / "schemas" / f"{name}-1.json"
    click.echo(published.read_text("utf-8"), nl=False)


def _checked(file: IO[bytes]) -> dict[str, Any]:
    """Return what is said of one document, as JSON."""
    from api.commands.coverage_files import ceilings_beside  # noqa: PLC0415 — as below
    from api.coverage.checking import check_policy_text  # noqa: PLC0415 — the schema needs none
    from pricing.documents.compose import SIZE_MAX  # noqa: PLC0415 — as above

    named = str(getattr(file, "name", "-"))
    name = "standard input" if named in _STANDARD_INPUT else named
    ceilings = ceilings_beside(Path(name))
    return {"file": name, **check_policy_text(file.read(SIZE_MAX + 1), name, ceilings=ceilings)}


def _lines(checked: dict[str, Any]) -> list[str]:
    if checked["well"]:
        versions = ", ".join(_version_words(version) for version in checked["versions"])
        return [
            f"{checked['file']}: well; {checked['id']}, versions {versions}",
            *(fault_line(checked["file"], one, "warning: ") for one in checked["warnings"]),
        ]
    return [fault_line(checked["file"], one) for one in checked["faults"]]


def _version_words(version: dict[str, Any]) -> str:
    until = f" to {version['valid_to']}" if version["valid_to"] else ""
    return f"{version['version']} (from {version['valid_from']}{until})"
