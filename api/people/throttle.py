"""Slowing down whoever guesses: failed attempts, counted in the database.

An attempt is counted before it is looked at, so that many at once gain nothing, and taken back
when it succeeds. Beyond the free ones each doubles the wait. Counts survive a restart and are
forgotten after a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

from sqlalchemy import bindparam, text
from sqlmodel import Session, col, delete, select, update

from api.account_errors import TooManyAttempts
from api.tables.people import FailedAttemptsRow
from logistics.repository.sealed import get_ring
from pricing.column_types import UtcInstant

FORGET: Final = timedelta(days=1)
_FIRST_WAIT: Final = timedelta(seconds=2)
_LONGEST_WAIT: Final = timedelta(minutes=15)
_FREE_ON_ACCOUNT: Final = 5
_FREE_FROM_ADDRESS: Final = 30
_MOST_DOUBLINGS: Final = 12
_NETWORK_BITS: Final = 64

_BEGIN_COUNT: Final = text(
    "INSERT INTO failed_attempts (key, failures, last_at, blocked_until)"
    " VALUES (:key, 0, :now, :now) ON CONFLICT (key) DO NOTHING"
).bindparams(bindparam("now", type_=UtcInstant()))


@dataclass(frozen=True, slots=True)
class Guess:
    """One thing that attempts are counted for; ``free`` of them cost no wait."""

    kind: str
    counted: str = field(repr=False)
    free: int

    def key_in(self, session: Session) -> str:
        """Return what it is counted under: a keyed hash, as nobody is to read who failed."""
        return get_ring(session).blind_index(f"attempts:{self.kind}", self.counted)


def of_account(kind: str, account: str) -> Guess:
    """Return the count of one account, link or second factor (``kind``)."""
    return Guess(kind, account.strip().lower(), _FREE_ON_ACCOUNT)


def of_address(address: str) -> Guess:
    """Return the count of a source address; of IPv6, of the network it can choose from."""
    return Guess("address", _network(address), _FREE_FROM_ADDRESS)


def take_attempt(session: Session, guesses: Iterable[Guess], *, now: datetime) -> None:
    """Count an attempt for each; raises TooManyAttempts, counting none, while one must wait."""
    session.exec(delete(FailedAttemptsRow).where(col(FailedAttemptsRow.last_at) < now - FORGET))
    # In one order everywhere, so that two attempts never wait for each other's row.
    ordered = sorted(
        ((guess.key_in(session), guess) for guess in guesses), key=lambda pair: pair[0]
    )
    rows = [(guess, _lock(session, key, now)) for key, guess in ordered]
    blocked_until = max(row.blocked_until for _, row in rows)
    if blocked_until > now:
        raise TooManyAttempts(ceil((blocked_until - now).total_seconds()))
    for guess, row in rows:
        row.failures += 1
        row.last_at = now
        row.blocked_until = now + _wait(row.failures - guess.free)
        session.add(row)
    session.flush()


def forget_attempts(session: Session, guess: Guess) -> None:
    """Forget what was counted: its owner has shown who they are."""
    session.exec(
        delete(FailedAttemptsRow).where(col(FailedAttemptsRow.key) == guess.key_in(session))
    )


def take_back(session: Session, guess: Guess, *, now: datetime) -> None:
    """Take back the one attempt that succeeded, and nothing of those that failed before."""
    session.exec(
        update(FailedAttemptsRow)
        .where(
            col(FailedAttemptsRow.key) == guess.key_in(session), col(FailedAttemptsRow.failures) > 0
        )
        .values(failures=FailedAttemptsRow.failures - 1, blocked_until=now)
    )


def _lock(session: Session, key: str, now: datetime) -> FailedAttemptsRow:
    """Return the row of a key, made if it is missing, locked until the transaction ends."""
    session.connection().execute(_BEGIN_COUNT, {"key": key, "now": now})
    query = select(FailedAttemptsRow).where(col(FailedAttemptsRow.key) == key).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _wait(beyond: int) -> timedelta:
    """Return the wait after so many attempts beyond the free ones."""
    if beyond <= 0:
        return timedelta()
    doublings = min(beyond - 1, _MOST_DOUBLINGS)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, _NETWORK_BITS), strict=False))
    return str(parsed)
