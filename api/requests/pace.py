"""A pace for everybody: so many requests a minute, whichever server they come to.

A server counts in memory and tells the database each time a caller has used another twentieth of
what is allowed; that is also when it hears what came to the other servers. So most requests cost
no write, and a caller of several servers is stopped a few requests late at most. While the
database cannot be reached, each server keeps the pace by itself.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Final

from sqlalchemy import bindparam, delete, text
from sqlmodel import Session, col

from api.tables.requests import RequestCountRow
from logistics.repository.errors import DatabaseUnavailable
from logistics.repository.sessions import Sessions
from pricing.column_types import UtcInstant

_MINUTE: Final = timedelta(minutes=1)
_KEPT_FOR: Final = timedelta(hours=1)
_MOST_CALLERS: Final = 10_000
_PARTS: Final = 20
_IPV6_NETWORK: Final = 64
_ADD: Final = text(
    "INSERT INTO request_count (caller, minute, count) VALUES (:caller, :minute, :count)"
    " ON CONFLICT (caller, minute) DO UPDATE SET count = request_count.count + excluded.count"
    " RETURNING count"
).bindparams(bindparam("minute", type_=UtcInstant))


@dataclass(slots=True)
class _Window:
    """One minute of a caller: what the database knows of, and what only this server does."""

    minute: datetime
    told: int = 0
    untold: int = 0


class Pace:
    """Counts the requests of each caller; forgets those who have been quiet."""

    def __init__(self, limit: int, sessions: Sessions) -> None:
        """Take how many requests a caller has in a minute, and where the servers meet."""
        self._limit = limit
        self._sessions = sessions
        self._portion = max(1, limit // _PARTS)
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._guard = Lock()

    def count(self, caller: str, *, now: datetime) -> int:
        """Count one request; return 0, or the seconds to wait where it is one too many."""
        minute = now.replace(second=0, microsecond=0)
        with self._guard:
            window = self._window(caller, minute)
            if window.told + window.untold >= self._limit:
                return max(1, round((minute + _MINUTE - now).total_seconds()))
            window.untold += 1
            if window.untold < self._portion:
                return 0
            portion, window.untold = window.untold, 0
            window.told += portion
        self._tell(window, caller, portion)
        return 0

    def _window(self, caller: str, minute: datetime) -> _Window:
        window = self._windows.get(caller)
        if window is None or window.minute != minute:
            window = self._windows[caller] = _Window(minute)
        self._windows.move_to_end(caller)
        while len(self._windows) > _MOST_CALLERS:
            self._windows.popitem(last=False)
        return window

    def _tell(self, window: _Window, caller: str, portion: int) -> None:
        """Add the portion to what the database knows, and learn what that is by now."""
        try:
            with self._sessions.write() as session:
                total = add_count(session, caller, portion, minute=window.minute)
        except DatabaseUnavailable:
            # The request will be told by whatever it asks of the database.
            return
        with self._guard:
            window.told = max(window.told, total)


def add_count(session: Session, caller: str, count: int, *, minute: datetime) -> int:
    """Add to the requests of the caller in that minute; return how many they are now."""
    values = {"caller": caller, "minute": minute, "count": count}
    return int(session.execute(_ADD, values).scalar_one())


def forget_counts(session: Session, *, now: datetime) -> int:
    """Delete the counts of minutes long past; return how many."""
    gone = session.execute(
        delete(RequestCountRow).where(col(RequestCountRow.minute) < now - _KEPT_FOR)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]  # — a DELETE has it


def address_caller(address: str, *, now: datetime) -> str:
    """Return what stands for an address in the present minute: a hash, never the address.

    Whoever has an IPv6 address has 2**64 of them, so they count as one.
    """
    return _caller_of(address, now.replace(second=0, microsecond=0).isoformat())


@lru_cache(maxsize=1024)
def _caller_of(address: str, minute: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        known = ipaddress.ip_address("0.0.0.0")  # noqa: S104 — all that is no address counts as one
    if known.version == 6:  # noqa: PLR2004 — the version of the protocol
        known = ipaddress.ip_network((known, _IPV6_NETWORK), strict=False).network_address
    return f"address:{hashlib.sha256(f'{minute} {known}'.encode()).hexdigest()[:32]}"
