"""The commands about the audit trail: ``sojourn audit head | verify | export | list``."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.access.actions import Action
from api.access.principal import SYSTEM
from api.audit.export import export_lines
from api.audit.head import load_key, load_public_key, public_text, read_heads, sign_head
from api.audit.listing import Entry, EntryFilters, Page, list_entries
from api.audit.trail import NewEntry, Outcome, add_entry, instant_text
from api.audit.verify import Verdict, verify_chain
from api.commands.answers import NO, as_json, print_json
from api.commands.wired import services
from api.errors import AuditHeadRefused
from api.presenters.console import table_text
from api.wiring import Services

_MOST_LISTED: Final = 1_000


class _Instant(click.ParamType[datetime]):
    """A day (its first moment in UTC) or an instant with its offset."""

    name = "day or instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant; fails with words for anything else."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is neither 2026-11-21 nor 2026-11-21T09:30Z", param, ctx)
        if found.utcoffset() is None:
            if len(str(value)) > len(date.min.isoformat()):
                self.fail(f"{value!r} has no offset; end it with Z for UTC", param, ctx)
            return found.replace(tzinfo=UTC)
        return found


_since = click.option("--since", type=_Instant(), help="From then on, such as 2026-11-21.")
_until = click.option("--until", type=_Instant(), help="Up to but excluding then.")


@click.group()
def audit() -> None:
    """Check, sign, list and export the audit trail."""


@audit.command()
@click.option("--public-key", "only_key", is_flag=True, help="Print the public key instead.")
def head(*, only_key: bool) -> None:
    """Print the signed head of the trail as one JSON line, to be kept elsewhere."""
    wired = services(Action.AUDIT_VERIFY)
    key = load_key(wired.settings.audit_key, is_sample=wired.settings.is_sample)
    if only_key:
        click.echo(public_text(key.public_key()))
        return
    with wired.sessions.read() as session:
        signed = sign_head(session, key, now=wired.now())
    click.echo(json.dumps(signed.to_document()))


@audit.command()
@click.option(
    "--head",
    "head_file",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="Compare with the heads kept there, instead of SOJOURN_AUDIT_HEADS.",
)
@click.option("--public-key", "public_keys", multiple=True, help="Of an older key of the heads.")
@as_json
def verify(*, head_file: Path | None, public_keys: tuple[str, ...], as_json: bool) -> None:
    """Walk the whole trail; name the first broken entry and why."""
    wired = services(Action.AUDIT_VERIFY)
    kept = head_file or wired.settings.audit_heads
    heads = {} if kept is None else _read_heads(wired, kept, public_keys)
    started = time.perf_counter()
    with wired.sessions.read() as session:
        verdict = verify_chain(session, heads)
    seconds = time.perf_counter() - started
    if as_json:
        print_json(_verdict_document(verdict, seconds))
    else:
        click.echo(_verdict_text(verdict, heads, seconds))
    raise SystemExit(0 if verdict.is_whole else NO)


def _read_heads(wired: Services, path: Path, public_keys: tuple[str, ...]) -> dict[int, str]:
    keys: list[Ed25519PublicKey] = [load_public_key(text) for text in public_keys]
    if not keys or wired.settings.audit_key:
        own = load_key(wired.settings.audit_key, is_sample=wired.settings.is_sample)
        keys.append(own.public_key())
    try:
        with click.open_file(str(path), encoding="utf-8") as file:
            return read_heads(file.read(), keys)
    except (OSError, UnicodeDecodeError) as error:
        raise AuditHeadRefused(
            f"the heads in {path} cannot be read ({error}); a worker adds one a day to the file"
            " that SOJOURN_AUDIT_HEADS names, 'sojourn audit head' prints one"
        ) from error


def _verdict_document(verdict: Verdict, seconds: float) -> dict[str, object]:
    broken = verdict.broken
    return {
        "is_whole": verdict.is_whole,
        "entries": verdict.entries,
        "erased_details": verdict.erased,
        "last_hash": verdict.last_hash,
        "broken": None
        if broken is None
        else {"seq": broken.seq, "fault": broken.fault.name.lower(), "why": broken.fault.value},
        "seconds": round(seconds, 3),
        "entries_per_second": round(verdict.entries / seconds),
    }


def _verdict_text(verdict: Verdict, heads: dict[int, str], seconds: float) -> str:
    pace = f"{verdict.entries:,} entries in {seconds:.2f} s, {verdict.entries / seconds:,.0f}/s"
    if verdict.broken is not None:
        return f"BROKEN at {verdict.broken}. {pace} before it."
    against = f", {len(heads)} signed head(s) agree" if heads else ", compared with no signed head"
    return f"Whole: {pace}; {verdict.erased} detail(s) erased by the rules{against}."


@audit.command()
@_since
@_until
@click.option("-o", "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def export(*, since: datetime | None, until: datetime | None, output: Path | None) -> None:
    """Write the entries of a period as JSON lines; the export is an entry itself."""
    wired = services(Action.AUDIT_READ)
    _note(wired, {"export": _period(since, until)})
    with (
        wired.sessions.read() as session,
        click.open_file(str(output or "-"), "w", encoding="utf-8") as file,
    ):
        for line in export_lines(session, since=since, until=until):
            file.write(line + "\n")


@audit.command("list")
@_since
@_until
@click.option("--user", default="", help="Id of a user.")
@click.option("--organisation", default="", help="Id of an organisation.")
@click.option("--action", default="", help="Such as case.read.")
@click.option("--case", default="", help="Reference of a case.")
@click.option("--outcome", type=click.Choice([one.value for one in Outcome]))
@click.option("--before", type=click.IntRange(min=1), help="Entries with lower numbers.")
@click.option("--count", type=click.IntRange(1, _MOST_LISTED), default=50, show_default=True)
@as_json
def list_(  # noqa: PLR0917 — click gives every argument by its name
    since: datetime | None,
    until: datetime | None,
    user: str,
    organisation: str,
    action: str,
    case: str,
    outcome: str | None,
    before: int | None,
    count: int,
    *,
    as_json: bool,
) -> None:
    """List entries, newest first; the listing is an entry itself."""
    wired = services(Action.AUDIT_READ)
    filters = EntryFilters(
        user_id=user,
        organisation_id=organisation,
        action=action,
        case_reference=case,
        outcome=Outcome(outcome) if outcome else None,
        since=since,
        until=until,
    )
    with wired.sessions.read() as session:
        found = list_entries(session, filters=filters, page=Page(count, before=before)).entries
    _note(wired, {"list": {"entries": len(found), **_period(since, until)}})
    if as_json:
        print_json({"entries": [_entry_document(entry) for entry in found]})
        return
    rows = [
        (
            str(entry.seq),
            instant_text(entry.at)[:19],
            entry.action,
            entry.outcome.value,
            entry.user_id or entry.principal_kind,
            entry.organisation_id,
            " ".join(entry.case_references),
        )
        for entry in found
    ]
    heading = ("Entry", "At (UTC)", "Action", "Outcome", "Who", "Organisation", "Cases")
    click.echo(table_text([heading, *rows]))


def _entry_document(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "at": instant_text(entry.at),
        "action": entry.action,
        "outcome": entry.outcome.value,
        "principal_kind": entry.principal_kind,
        "user_id": entry.user_id,
        "credential_id": entry.credential_id,
        "organisation_id": entry.organisation_id,
        "request_id": entry.request_id,
        "roles": list(entry.roles),
        "cases": list(entry.case_references),
        "detail": entry.detail,
        "erased_by": entry.erased_by,
        "hash": entry.hash,
    }


def _period(since: datetime | None, until: datetime | None) -> dict[str, str | None]:
    return {
        "since": instant_text(since) if since else None,
        "until": instant_text(until) if until else None,
    }


def _note(wired: Services, detail: dict[str, object]) -> None:
    """Write down that somebody on this machine read the trail."""
    with wired.sessions.write() as session:
        add_entry(
            session,
            NewEntry(
                at=wired.now(),
                action=Action.AUDIT_READ,
                outcome=Outcome.DONE,
                principal=SYSTEM,
                case_references=(),
                detail=detail,
            ),
        )
