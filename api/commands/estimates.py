"""The commands about estimates and bills: ``sojourn estimate``, ``sojourn bill``.

They need no database. ``pricing.estimate`` is imported when a command runs, so that the help starts
at once.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.commands.answers import as_json, print_json
from api.commands.day import Day, today

if TYPE_CHECKING:
    from pricing.estimate.allowed_document import Allowed
    from pricing.estimate.bill_document import Bill

_FILE = click.Path(path_type=Path)

as_of = click.option("--as-of", type=Day(), help="The day that counts; today if left out.")


class _CaseOrDocument(click.Group):
    """A group whose first word may be a case instead of a command."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that shows a case where the first word names no other."""
        named = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if named else ["show", *args])


@click.group(cls=_CaseOrDocument, subcommand_metavar="CASE | COMMAND [ARGS]...")
def estimate() -> None:
    """Show the estimate of CASE; check estimate documents, compare versions."""


@estimate.command(hidden=True)
@click.argument("case")
@click.option("--version", "number", type=click.IntRange(min=1), help="Else the newest.")
@as_json
def show(case: str, *, number: int | None, as_json: bool) -> None:
    """Show the estimate of CASE: sums, clock, what it lacks, what differs from before."""
    from api.access.actions import Action  # noqa: PLC0415 — documents need no database
    from api.commands.wired import services  # noqa: PLC0415 — as above
    from api.operations.case_estimates import open_estimates  # noqa: PLC0415 — as above
    from api.schemas.estimate import estimate_answer  # noqa: PLC0415 — as above

    wired = services(Action.ESTIMATE_READ)
    with wired.sessions.read() as session:
        file = open_estimates(session, case, with_drafts=True)
    answer = estimate_answer(file, file.get_version(number), wired.today())
    if as_json:
        print_json(answer)
        return
    lines = [f"{answer['status']}, {answer['case']}", *_estimate_lines(answer["checked"])]
    if answer["differences"] is not None:
        lines += _difference_lines(answer["differences"], answer["currency"])
    click.echo("\n".join(lines))


@estimate.command()
@as_json
def deadlines(*, as_json: bool) -> None:
    """Say what is due about estimates and bills of all cases, what is late first."""
    from api.access.actions import Action  # noqa: PLC0415 — documents need no database
    from api.commands.wired import services  # noqa: PLC0415 — as above
    from api.operations.deadlines import open_deadlines  # noqa: PLC0415 — as above
    from api.schemas.estimate import deadlines_answer  # noqa: PLC0415 — as above

    wired = services(Action.ESTIMATE_WRITE)
    today = wired.today()
    with wired.sessions.read() as session:
        answer = deadlines_answer(open_deadlines(session, today), today)
    if as_json:
        print_json(answer)
        return
    lines = [
        f"{one['due_on']}{' late' if one['is_late'] else ''}  {one['case']}  {one['text']}"
        for one in answer["deadlines"]
    ]
    click.echo("\n".join(lines or ["Nothing is due."]))


@estimate.command("check")
@click.argument("file", type=_FILE)
@as_of
@as_json
def check_estimate(file: Path, *, as_of: date | None, as_json: bool) -> None:
    """Say what an estimate document comes to, what is due when, and what it lacks."""
    from api.commands.coverage_files import read_text  # noqa: PLC0415 — the help needs none
    from pricing.estimate.answer import estimate_to_document  # noqa: PLC0415 — as above
    from pricing.estimate.read import read_estimate  # noqa: PLC0415 — as above

    checked = estimate_to_document(read_estimate(read_text(file), file.name), as_of or today())
    if as_json:
        print_json(checked)
    else:
        click.echo("\n".join(_estimate_lines(checked)))


@estimate.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@as_json
def compare(before: Path, after: Path, *, as_json: bool) -> None:
    """Say what differs between two versions of an estimate."""
    from api.commands.coverage_files import read_text  # noqa: PLC0415 — the help needs none
    from pricing.estimate.answer import differences_to_document  # noqa: PLC0415 — as above
    from pricing.estimate.differences import compare_versions  # noqa: PLC0415 — as above
    from pricing.estimate.read import read_estimate  # noqa: PLC0415 — as above

    old, new = (read_estimate(read_text(file), file.name) for file in (before, after))
    found = differences_to_document(compare_versions(old, new))
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(_difference_lines(found, new.currency)))


@click.group()
def bill() -> None:
    """Hold a facility's bill against the estimate, and what may be disputed."""


@bill.command("check")
@click.option("--bill", "bill_file", type=_FILE, required=True, help="The bill document.")
@click.option("--estimate", "estimate_file", type=_FILE, required=True, help="The estimate.")
@click.option(
    "--allowed", "allowed_file", type=_FILE, help="What `sojourn contract price --json` printed."
)
@click.option("--terms", "terms_file", type=_FILE, help="The agreement, to price the bill by.")
@click.option(
    "--by", "provider", help="With --terms: whose agreement it is, by its id in the bill."
)
@as_of
@as_json
def check_one_bill(
    bill_file: Path,
    estimate_file: Path,
    *,
    allowed_file: Path | None,
    terms_file: Path | None,
    provider: str | None,
    as_of: date | None,
    as_json: bool,
) -> None:
    """Say line by line how a bill differs from the estimate, and whether it can be disputed."""
    from api.commands.coverage_files import read_text  # noqa: PLC0415 — the help needs none
    from pricing.estimate.bill_answer import bill_to_document  # noqa: PLC0415 — as above
    from pricing.estimate.bill_check import check_bill  # noqa: PLC0415 — as above
    from pricing.estimate.read import read_bill, read_estimate  # noqa: PLC0415 — as above

    bill = read_bill(read_text(bill_file), bill_file.name)
    checked = check_bill(
        bill,
        read_estimate(read_text(estimate_file), estimate_file.name),
        today=as_of or today(),
        allowed=_allowed(bill, allowed_file, terms_file, provider),
    )
    document = bill_to_document(checked)
    if as_json:
        print_json(document)
    else:
        click.echo("\n".join(_bill_lines(document)))


def _allowed(
    bill: Bill, allowed_file: Path | None, terms_file: Path | None, provider: str | None
) -> Allowed | None:
    """Return what an agreement allows: as it was priced, or priced now; None without either."""
    from api.commands.contract_files import read_terms_file  # noqa: PLC0415 — as above
    from api.commands.coverage_files import read_text  # noqa: PLC0415 — as above
    from pricing.contracts.answer import to_document  # noqa: PLC0415 — as above
    from pricing.contracts.documents.read import read_claim  # noqa: PLC0415 — as above
    from pricing.contracts.price import price_claim  # noqa: PLC0415 — as above
    from pricing.errors import CurrencyMismatch  # noqa: PLC0415 — as above
    from pricing.estimate.as_claim import claim_of_bill  # noqa: PLC0415 — as above
    from pricing.estimate.read import read_allowed  # noqa: PLC0415 — as above

    if allowed_file is not None and terms_file is not None:
        raise click.UsageError("give either --allowed FILE or --terms FILE")
    if provider is not None and terms_file is None:
        raise click.UsageError("--by says whose agreement --terms is; give --terms FILE")
    if allowed_file is not None:
        return read_allowed(read_text(allowed_file), allowed_file.name)
    if terms_file is None:
        return None
    terms, _ = read_terms_file(terms_file)
    if terms.terms.currency != bill.currency:
        raise CurrencyMismatch(terms.terms.currency, bill.currency)
    claim = read_claim(json.dumps(claim_of_bill(bill, provider)), "bill")
    answer = to_document(price_claim(terms, claim))
    return read_allowed(json.dumps(answer), terms_file.name)


def _estimate_lines(checked: dict[str, Any]) -> list[str]:
    currency, payers = checked["currency"], checked["payers"]
    lines = [f"{checked['id']}, version {checked['version']}"]
    lines += [
        f"{one['name']}: {_units(one['total_cents'], currency)}" for one in checked["providers"]
    ]
    lines.append(f"{currency}: {_units(checked['total_cents'], currency)}")
    lines += [
        f"  {words} pays {_units(payers[f'{key}_cents'], currency)}"
        for key, words in (("plan", "plan"), ("patient", "patient"), ("self_pay", "self-pay"))
    ]
    lines += [
        f"{one['state']}, by {one['due_on']}: {one['text']} ({one['rule']})"
        for one in checked["tasks"]
    ]
    lines += [f"missing: {gap}" for gap in checked["gaps"]]
    ends = " (over)" if checked["expired"] else ""
    return [*lines, f"valid until {checked['valid_until']}{ends}"]


def _difference_lines(found: dict[str, Any], currency: str) -> list[str]:
    lines = [f"added: {one}" for one in found["added"]]
    lines += [f"removed: {one}" for one in found["removed"]]
    lines += [
        f"{one['id']}: {change['what']} was {change['before'] or 'not stated'}, "
        f"is {change['after'] or 'not stated'}"
        for one in [*found["changed"], {"id": "estimate", "changes": found["others"]}]
        for change in one["changes"]
    ]
    return [*lines, f"total: {_units(found['by_cents'], currency)} more"]


def _bill_lines(document: dict[str, Any]) -> list[str]:
    currency, dispute = document["currency"], document["dispute"]
    lines = [
        f"line {one['id']}: {_units(one['amount_cents'], currency)}, "
        f"{one['item'] or 'no item'}{_allowed_words(one, currency)}{_reasons(one)}"
        for one in document["lines"]
    ]
    lines += [
        f"{one['id']}: {_units(one['billed_cents'], currency)} billed, "
        f"{_units(one['estimated_cents'], currency)} estimated{_reasons(one)}"
        for one in document["items"]
    ]
    lines += [
        f"{one['name']}: {_units(one['above_cents'], currency)} above the estimate"
        for one in document["providers"]
    ]
    if document["agreement"] is not None:
        above = _units(document["above_agreement_cents"], currency)
        lines.append(f"{document['agreement']}: {above} billed above what it allows")
    word = "can" if dispute["open"] else "cannot"
    return [*lines, f"This bill {word} be disputed: {dispute['why']}."]


def _allowed_words(one: dict[str, Any], currency: str) -> str:
    allowed = one["allowed_cents"]
    return "" if allowed is None else f", {_units(allowed, currency)} allowed"


def _reasons(one: dict[str, Any]) -> str:
    return f" ({', '.join(one['reasons'])})" if one["reasons"] else ""


def _units(cents: int, currency: str) -> str:
    from pricing.money import Money  # noqa: PLC0415 — the help needs none

    return Money(cents, currency).to_decimal_text()
