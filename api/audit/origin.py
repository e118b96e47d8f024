"""Where what is done at this moment comes from, for entries made far from the request.

Set by the gate for the length of a request; nothing outside of one.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Origin:
    """A shortened network address and the id of a request; both empty outside of requests."""

    source: str = ""
    request_id: str = ""


_NOWHERE: Final = Origin()
_ORIGIN: Final[ContextVar[Origin]] = ContextVar("origin", default=_NOWHERE)


def set_origin(origin: Origin) -> None:
    """Say where what this thread does from now on comes from."""
    _ORIGIN.set(origin)


def forget_origin() -> None:
    """Say that the request is over."""
    _ORIGIN.set(_NOWHERE)


def get_origin() -> Origin:
    """Return where what is done at this moment comes from."""
    return _ORIGIN.get()
