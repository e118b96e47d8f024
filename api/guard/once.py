"""``@once``: with an ``Idempotency-Key``, a view acts once, however often the request comes.

The view runs inside one transaction, in which its answer is stored beside its effect: there is no
moment at which one is there and the other is not, whatever dies. It must not call a supplier or
solve. A refusal stores nothing, so that the same key can be sent again once the fault is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from flask import Response, g, make_response, request
from sqlmodel import Session

from api.errors import FieldError, InvalidRequest
from api.guard.asking import get_principal
from api.requests.repository import Answer, find_answer, fingerprint_of, store_answer
from api.wiring import Services, get_services

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
_DECLARED: Final = "acts_once"
_LONGEST: Final = 200
_REFUSED: Final = 400
_P = ParamSpec("_P")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class JoinedSessions:
    """The ``Sessions`` of a view whose every transaction is part of one that is open already."""

    session: Session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give the open transaction."""
        yield self.session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give the open transaction; what an error leaves behind is undone."""
        with self.session.begin_nested():
            yield self.session
            self.session.flush()


def once(view: Callable[_P, _R]) -> Callable[_P, _R | Response]:
    """Have the view act once for each key; without one it acts as often as it is called."""

    @wraps(view)
    def acting(*args: _P.args, **kwargs: _P.kwargs) -> _R | Response:
        key = _read_key()
        if key is None:
            return view(*args, **kwargs)
        services = get_services()
        now = services.now()
        principal = get_principal()
        named = {
            "caller": f"{principal.organisation_id}:{principal.user_id}",
            "key": key,
            "fingerprint": fingerprint_of(request.method, request.path, request.get_data()),
        }
        with services.sessions.write() as session:
            before = find_answer(session, **named, now=now)
            if before is not None:
                return _given_again(before)
            response = _answered(view, services, session, *args, **kwargs)
            if response.status_code < _REFUSED:
                store_answer(session, _as_stored(response), **named, now=now)
        return response

    setattr(acting, _DECLARED, True)
    return acting


def acts_once(view: Callable[..., object]) -> bool:
    """Return whether a view has been declared with `once`, also from inside a decorator."""
    inner: object = view
    while inner is not None:
        if getattr(inner, _DECLARED, False):
            return True
        inner = getattr(inner, "__wrapped__", None)
    return False


def _answered(
    view: Callable[_P, _R],
    services: Services,
    session: Session,
    *args: _P.args,
    **kwargs: _P.kwargs,
) -> Response:
    g.services = replace(services, sessions=JoinedSessions(session))
    try:
        return make_response(view(*args, **kwargs))
    finally:
        g.services = services


def _read_key() -> str | None:
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST or not all("!" <= letter <= "~" for letter in key):
        raise InvalidRequest(
            (FieldError(HEADER, f"1 to {_LONGEST} letters of ASCII without spaces"),)
        )
    return key


def _as_stored(response: Response) -> Answer:
    return Answer(
        status=response.status_code,
        location=response.headers.get("Location"),
        media=response.content_type or "application/json",
        body=response.get_data(as_text=True),
    )


def _given_again(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, content_type=answer.media)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    response.headers[REPLAYED] = "true"
    return response
