"""The command ``sojourn prices validate``: the verdict on a hospital price file. No database."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from api.commands.answers import NO, as_json, print_json

_VERSIONS: Final = {
    written: full
    for full in ("2.0.0", "2.1.0", "2.2.0", "3.0.0")
    for written in (full, full[:3], f"v{full}", f"v{full[:3]}")
}
_LISTED: Final = 1000


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--version",
    type=click.Choice(list(_VERSIONS)),
    default="3.0",
    show_default=True,
    metavar="VERSION",
    help="The data dictionary to judge by: 2.0, 2.1, 2.2 or 3.0.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    default=_LISTED,
    show_default=True,
    help="How many errors and alerts to list; all are counted.",
)
@as_json
def validate(file: Path, *, version: str, limit: int, as_json: bool) -> None:
    """Say whether a hospital price FILE (CSV or JSON, plain, gzip or zip) is valid, and why not."""
    from pricing.price_files.validation.judge import judge, to_document  # noqa: PLC0415 — the help needs no rules

    with file.open("rb") as content:
        verdict = judge(content, file.name, version=_VERSIONS[version], limit=limit)
    document = to_document(verdict, str(file))
    if as_json:
        print_json(document)
    else:
        click.echo("\n".join(_lines(document)))
    if not verdict.is_valid:
        raise SystemExit(NO)


def _lines(document: dict[str, Any]) -> list[str]:
    """Return a verdict for a terminal: what it is, each finding, how many of each rule."""
    said = "valid" if document["valid"] else "not valid"
    counts = f"{document['error_count']:,} errors, {document['alert_count']:,} alerts"
    size = f"{document['layout']}, {document['rows']:,} rows"
    lines = [f"{document['file']}: {said} under v{document['version']}; {size}, {counts}"]
    for key, count in (("errors", "error_count"), ("alerts", "alert_count")):
        lines += [
            f"{key[:-1]} {_place(one)} [{one['rule']}]: {one['message']}" for one in document[key]
        ]
        more = document[count] - len(document[key])
        if more:
            lines.append(f"and {more:,} more {key}; --limit lists more")
    for key in ("rules", "alert_rules"):
        lines += [f"{count:>9,} {rule}" for rule, count in document[key].items()]
    return lines + [f"note: {note}" for note in document["notes"]]


def _place(finding: dict[str, Any]) -> str:
    """Return the cell itself, which for two alerts is not where the official validator says."""
    if finding["column"]:
        return f"{finding['column']}{finding['row']}"
    return finding["place"] or "the file"
