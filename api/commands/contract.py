"""The commands about contracts: ``sojourn contract price | compare | check | schema``.

They need no database. ``pricing.contracts`` is imported when a command runs, so that the help
starts at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import click

from api.commands.answers import WRONG, as_json, fault_line, print_json

_FILE = click.Path(path_type=Path)


@click.group()
def contract() -> None:
    """Price claims by the terms of a contract, compare offers, check the documents."""


@contract.command()
@click.option("--terms", "terms_file", type=_FILE, required=True, help="The terms document.")
@click.option("--claim", "claim_file", type=_FILE, help="The claim document.")
@click.option("--stay", "stay_file", type=_FILE, help="An expected stay instead of a claim.")
@click.option(
    "--scenario",
    type=click.Choice(["low", "expected", "high"]),
    default="expected",
    help="Of the stay.",
)
@as_json
def price(
    terms_file: Path,
    claim_file: Path | None,
    stay_file: Path | None,
    scenario: Literal["low", "expected", "high"],
    *,
    as_json: bool,
) -> None:
    """Say what the terms allow for a claim, line by line, with the arithmetic."""
    from api.commands.contract_files import read_claim_or_stay, read_terms_file  # noqa: PLC0415 — as above
    from pricing.contracts.answer import to_document  # noqa: PLC0415 — as above
    from pricing.contracts.price import price_claim  # noqa: PLC0415 — as above
    from pricing.ecb_rates import EcbRates  # noqa: PLC0415 — as above

    claim, of_claim = read_claim_or_stay(claim_file, stay_file, scenario)
    terms, of_terms = read_terms_file(terms_file)
    priced = to_document(price_claim(terms, claim, EcbRates()))
    document = {**priced, "warnings": [*of_terms, *of_claim]}
    if as_json:
        print_json(document)
    else:
        click.echo(_text(document))


@contract.command()
@click.option("--terms", "files", type=_FILE, multiple=True, required=True, help="An offer; twice.")
@click.option("--stay", "stay_file", type=_FILE, required=True, help="The expected stay.")
@as_json
def compare(files: tuple[Path, ...], stay_file: Path, *, as_json: bool) -> None:
    """Price two offers on an expected stay, and over the length of stay."""
    from api.commands.contract_files import read_stay_file, read_terms_file  # noqa: PLC0415 — as above
    from pricing.contracts import compare as comparing  # noqa: PLC0415 — as above

    if len(files) != 2:  # noqa: PLR2004 — an offer against another
        raise click.UsageError("compare takes --terms twice: one offer against another")
    (first, of_first), (second, of_second) = (read_terms_file(file) for file in files)
    comparison = comparing.compare(first, second, read_stay_file(stay_file))
    warnings = [*of_first, *of_second]
    if as_json:
        print_json({**comparing.to_document(comparison), "warnings": warnings})
    else:
        click.echo("\n".join([*comparing.lines_of(comparison), *_told(warnings, "warning: ")]))


@contract.command()
@click.argument("files", metavar="FILE...", type=_FILE, nargs=-1, required=True)
@as_json
def check(files: tuple[Path, ...], *, as_json: bool) -> None:
    """Say what is wrong in each FILE (terms, claim or expected stay), line by line.

    What only looks wrong is told as a warning, and the exit status stays 0.
    """
    from api.commands.contract_files import check_file  # noqa: PLC0415 — as above

    checked = [check_file(file) for file in files]
    if as_json:
        print_json({"documents": checked})
    else:
        click.echo("\n".join(line for one in checked for line in _faults(one)))
    if not all(one["well"] for one in checked):
        raise SystemExit(WRONG)


@contract.command()
@click.argument(
    "name", type=click.Choice(["contract", "claim", "stay"]), required=False, default="contract"
)
def schema(*, name: str) -> None:
    """Print the JSON Schema of contract, claim or stay documents."""
    from importlib import resources  # noqa: PLC0415 — only the schema is read from the package

    published = resources.files("seed_data") / "schemas" / f"{name}-1.json"
    click.echo(published.read_text("utf-8"), nl=False)


def _faults(checked: dict[str, Any]) -> list[str]:
    if checked["well"]:
        well = f"{checked['file']}: well, {checked['format']} {checked['id']}"
        return [well, *_told(checked["warnings"], "warning: ")]
    return _told(checked["faults"])


def _told(faults: Iterable[Mapping[str, Any]], mark: str = "") -> list[str]:
    return [fault_line(fault["file"], fault, mark) for fault in faults]


def _text(document: dict[str, Any]) -> str:
    """Return a priced claim for a terminal: each line, then the claim's steps, then the sums."""
    from pricing.contracts.answer import (  # noqa: PLC0415 — the help needs no engine
        line_sentences,
        step_sentence,
    )

    currency = document["currency"]
    told = [f"{document['terms']['id']}, claim {document['claim']}", ""]
    for line in document["lines"]:
        codes = " ".join(line[key] for key in ("revenue_code", "code") if line[key])
        allowed = _units(line["allowed_cents"], currency)
        told.append(f"{line['id']} {codes}: {allowed} ({line['term'] or 'no term'})")
        if line["reason"]:
            told.append(f"  {line['reason']}")
        told += [f"  {sentence}" for sentence in line_sentences(line)]
    told += [f"{step['id']}: {step_sentence(step)}" for step in document["steps"]]
    told += [
        f"{one['step']}: {_units(one['change_cents'], currency)} if paid"
        + (f" by {one['until']}" if one["until"] else " in time")
        for one in document["conditional"]
    ]
    told += [f"{one['what']}: {one['arithmetic']}" for one in document["patient_trace"]]
    keys = ("allowed", "patient", "payer") if document["patient_trace"] else ("allowed", "payer")
    sums = [f"{key} {_units(document[f'{key}_cents'], currency)}" for key in keys]
    told += ["", f"{currency}: {', '.join(sums)}"]
    if document["unpriced"]:
        told.append(f"No term covers: {', '.join(document['unpriced'])}")
    told += _told(document["warnings"], "warning: ")
    return "\n".join(told)


def _units(cents: int, currency: str) -> str:
    from pricing.money import Money  # noqa: PLC0415 — the help needs no engine

    return Money(cents, currency).to_decimal_text()
