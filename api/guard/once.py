"""``@once``: a view acts once for each key, however often the request comes.

REST sends the key as ``Idempotency-Key`` where the caller wants it; forms of pages always carry
one, which ``form_key()`` puts into them.

The view runs inside one transaction, in which its answer is stored beside its effect: there is no
moment at which one is there and the other is not, whatever dies. It must not call a supplier or
solve, and it must open no transaction but those of ``get_services().sessions``. A refusal stores
nothing, so that the same key can be sent again once the fault is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from hashlib import sha256
from typing import Final, ParamSpec, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from flask import Response, g, make_response, request
from markupsafe import Markup
from sqlmodel import Session

from api.audit.collecting import find_collected
from api.errors import ConfirmationMissing, FieldError, InvalidRequest
from api.guard.asking import get_principal
from api.requests.answers import Answer, Ask, find_answer, fingerprint_of, store_answer
from api.security.forms import FIELD as TOKEN_FIELD
from api.wiring import Services, get_services

HEADER: Final = "Idempotency-Key"
FIELD: Final = "request_key"
REPLAYED: Final = "Idempotency-Replayed"
_MACHINES: Final = "/api/"
_DECLARED: Final = "acts_once"
_LONGEST: Final = 200
_FORM_KEY_LETTERS: Final = 32
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
    """Have the view act once for each key; over REST without one, as often as it is called."""

    @wraps(view)
    def acting(*args: _P.args, **kwargs: _P.kwargs) -> _R | Response:
        key = _read_key()
        if key is None or not get_principal().is_known:
            return view(*args, **kwargs)
        services = get_services()
        ask = _to_ask(key)
        now = services.now()
        with services.sessions.write() as session:
            # Who presses a button twice sees what became of it; a program can ask again.
            before = find_answer(session, ask, now=now, waits=not _is_rest())
            if before is not None:
                return _given_again(before)
            response = _answered(view, services, session, *args, **kwargs)
            if response.status_code < _REFUSED:
                store_answer(session, ask, _as_stored(response, session), now=now)
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


def form_key() -> Markup:
    """Return the hidden field with a key for one form: sent twice, it carries the same key."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, uuid4().hex)


def read_form_key() -> str:
    """Return the key of the form that was sent; raises ConfirmationMissing."""
    key = request.form.get(FIELD, "")
    if len(key) != _FORM_KEY_LETTERS or not set(key) <= set("0123456789abcdef"):
        raise ConfirmationMissing
    return key


def _read_key() -> str | None:
    """Return the key; None where REST sends none. Raises InvalidRequest, ConfirmationMissing."""
    if not _is_rest():
        return f"form {read_form_key()}"
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 1 <= len(key) <= _LONGEST or not all("!" <= letter <= "~" for letter in key):
        raise InvalidRequest(
            (FieldError(HEADER, f"1 to {_LONGEST} letters of ASCII without spaces"),)
        )
    return key


def _is_rest() -> bool:
    return request.path.startswith(_MACHINES)


def _to_ask(key: str) -> Ask:
    principal = get_principal()
    return Ask(
        caller=f"{principal.organisation_id}:{principal.user_id}",
        key=key,
        fingerprint=fingerprint_of(request.method, request.full_path, _sent()),
    )


def _sent() -> bytes:
    """Return what was sent, without what differs where the same form is sent again."""
    if _is_rest():
        return request.get_data()
    fields = [
        pair for pair in request.form.items(multi=True) if pair[0] not in {TOKEN_FIELD, FIELD}
    ]
    return urlencode([*fields, *_sent_files()], errors="surrogatepass").encode()


def _sent_files() -> list[tuple[str, str]]:
    """Return the files that came with a form by the SHA-256 of each, left to be read again."""
    found = []
    for name, file in request.files.items(multi=True):
        found.append((name, f"{file.filename} {sha256(file.stream.read()).hexdigest()}"))
        file.stream.seek(0)
    return found


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


def _as_stored(response: Response, session: Session) -> Answer:
    session.flush()
    collected = find_collected(session)
    cases = sorted(collected.case_references) if collected is not None else []
    return Answer(
        status=response.status_code,
        location=response.headers.get("Location"),
        media=response.content_type or "application/json",
        body=response.get_data(as_text=True),
        # A view acts for one case; if it ever looked at more, the first stands for all.
        case_reference=cases[0] if cases else None,
    )


def _given_again(answer: Answer) -> Response:
    response = Response(answer.body, status=answer.status, content_type=answer.media)
    if answer.location is not None:
        response.headers["Location"] = answer.location
    response.headers[REPLAYED] = "true"
    return response
