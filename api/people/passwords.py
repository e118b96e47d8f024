"""Passwords: which can be chosen, how they are hashed, and how one is checked.

argon2id with 19 MiB, two passes, one lane (OWASP's password storage cheat sheet); the parameters
stand in each hash, so that older ones still open and are made anew when they do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import FieldError, InvalidRequest

LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 200
_DIFFERENT_MIN: Final = 5
_TELLING_MIN: Final = 4
"""The shortest word of a name or an address that a password must not be made of."""

_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_OBVIOUS: Final = (
    "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "contraseña", "motdepasse",
    "letmein", "welcome", "iloveyou", "changeme", "administrator", "admin", "sojourn", "secret",
)  # fmt: skip
_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "qwertzuiop",
    "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm",
)  # fmt: skip


def require_good_password(password: str, *, known: Iterable[str], field: str = "password") -> None:
    """Raise InvalidRequest for a password that is short, endless, or the first one would guess.

    ``known`` is what others know of its owner: name and e-mail address.
    """
    problem = _find_problem(_normal(password), known)
    if problem:
        raise InvalidRequest((FieldError(field, problem),))


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return _HASHER.hash(_normal(password))


def is_password(password: str, stored: str | None) -> bool:
    """Return whether the stored hash is that of the password.

    Without a stored hash the answer is no, and takes just as long.
    """
    try:
        _HASHER.verify(stored or _hash_of_nothing(), _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Return whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


def warm_up() -> None:
    """Make the hash that stands in for missing ones, so that nobody's first login waits for it."""
    _hash_of_nothing()


@lru_cache(maxsize=1)
def _hash_of_nothing() -> str:
    return _HASHER.hash("nobody has this password")


def _normal(password: str) -> str:
    """Return the password in the one form its letters have, however a keyboard composed them.

    A mark stands in for half a character, which no form can hold.
    """
    whole = password.encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFKC", whole)[: LENGTH_MAX + 1]


def _find_problem(password: str, known: Iterable[str]) -> str:
    if not password.strip():
        return f"type a password of at least {LENGTH_MIN} characters"
    if len(password) < LENGTH_MIN:
        return f"at least {LENGTH_MIN} characters; several words in a row are easy to remember"
    if len(password) > LENGTH_MAX:
        return f"at most {LENGTH_MAX} characters"
    if len(set(password)) < _DIFFERENT_MIN:
        return f"use at least {_DIFFERENT_MIN} different characters"
    return _find_obvious(password.lower(), known)


def _find_obvious(password: str, known: Iterable[str]) -> str:
    """Return what is obvious about a password in small letters: nothing else is left of it."""
    for word in _telling_words(known):
        if word in password and len(password) - len(word) < LENGTH_MIN - 2:
            return "not the own name or e-mail address with a little added; nor parts of them"
    rest = password
    for obvious in sorted((*_OBVIOUS, *_runs_in(password)), key=len, reverse=True):
        rest = rest.replace(obvious, "")
    letters = [letter for letter in rest if not letter.isdigit()]
    if len(set(letters)) < _DIFFERENT_MIN:
        return "too easy to guess; take several words that have nothing to do with each other"
    return ""


def _telling_words(known: Iterable[str]) -> set[str]:
    words = {
        word
        for text in known
        for word in text.lower().replace("@", " ").replace(".", " ").split()
        if len(word) >= _TELLING_MIN
    }
    return words | {text.lower() for text in known if len(text) >= _TELLING_MIN}


def _runs_in(password: str) -> list[str]:
    """Return pieces of at least four characters that follow each other on a keyboard or a list."""
    found = []
    for run in (*_RUNS, *(run[::-1] for run in _RUNS)):
        for start in range(len(run) - 3):
            for end in range(len(run), start + 3, -1):
                if run[start:end] in password:
                    found.append(run[start:end])
                    break
    return found
