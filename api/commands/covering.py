"""The command ``cover``: a policy and a trip decided, without database or server."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from api.commands.answers import as_json, print_json
from api.commands.day import Day, today


@click.command()
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), required=True)
@click.option("--trip", "trip_file", type=click.Path(path_type=Path), required=True)
@click.option("--balances", "balances_file", type=click.Path(path_type=Path))
@click.option(
    "--as-of",
    type=Day(),
    help="The day of the decision; today if left out.",
)
@as_json
def cover(
    policy_file: Path,
    trip_file: Path,
    *,
    balances_file: Path | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Decide what a travel policy pays of a trip, line by line, with the reasons."""
    from api.commands.coverage_files import decide_files  # noqa: PLC0415 — the help needs no engine
    from pricing.coverage.answer import to_document  # noqa: PLC0415 — the help needs no engine

    day = today() if as_of is None else as_of
    decision = decide_files(policy_file, trip_file, balances_file, decided_on=day)
    document = to_document(decision)
    if as_json:
        print_json(document)
    else:
        click.echo(_text(document))


def _text(document: dict[str, Any]) -> str:
    """Return the answer for a terminal: each line, then its steps, then what lies ahead."""
    currency = document["currency"]
    policy = document["policy"]
    lines = [f"{policy['id']} {policy['version']}, decided on {document['decided_on']}", ""]
    for line in document["lines"]:
        paid, claimed = (_units(line[f"{key}_cents"], currency) for key in ("payable", "claimed"))
        lines.append(f"{line['id']} ({line['kind']}): {paid} of {claimed}")
        for step in line["trace"]:
            lines += [f"  {step['rule']}: {step['text']}", f"    {step['sentence']}"]
            if step["arithmetic"]:
                lines.append(f"    {step['arithmetic']}")
    totals = [
        f"{key} {_units(document[f'{key}_cents'], currency)}"
        for key in ("payable", "patient", "taxable")
    ]
    lines += ["", f"{currency}: {', '.join(totals)}"]
    lines += [
        f"{one['text']} {one['remedy']}".rstrip()
        + (f" By {one['until']}:" if one["until"] else ":")
        + f" +{_units(one['payable_change_cents'], currency)}"
        for one in document["would_change"]
    ]
    if len(document["would_change"]) > 1:
        together = _units(document["would_change_together_cents"], currency)
        lines.append(f"All of these together: +{together}")
    lines += [f"Until {one['until']}: {one['text']}" for one in document["deadlines"]]
    lines += [
        f"{one['file']}:{one['line']}: warning: {one['field']}: {one['message']}"
        for one in document["warnings"]
    ]
    return "\n".join(lines)


def _units(cents: int, currency: str) -> str:
    from pricing.money import Money  # noqa: PLC0415 — the help needs no engine

    return Money(cents, currency).to_decimal_text()
