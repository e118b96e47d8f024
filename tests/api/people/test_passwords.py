"""Passwords: which are refused and with what words, and how they are hashed."""

from __future__ import annotations

from statistics import median
from time import perf_counter

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from api.errors import InvalidRequest
from api.people.passwords import (
    LENGTH_MAX,
    hash_password,
    is_outdated,
    is_password,
    require_good_password,
)

KNOWN = ("Ines Sample", "ines.keller@clinic.example")


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "type a password"),
        ("              ", "type a password"),
        ("short words", "at least 12"),
        ("x" * (LENGTH_MAX + 1), "at most 200"),
        ("aaaabbbbaaaabbbb", "different characters"),
        ("password1234", "too easy"),
        ("Sojourn-2026!", "too easy"),
        ("qwertyuiop123", "too easy"),
        ("839201746582", "too easy"),
        ("Password!Admin", "too easy"),
        ("lkjhgfdsa098765", "too easy"),
        ("ines.keller@clinic.example", "own name"),
        ("InesSample12", "own name"),
    ],
)
def test_a_password_one_would_guess_is_refused(password: str, words: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        require_good_password(password, known=KNOWN)

    assert caught.value.errors[0].field == "password"
    assert words in caught.value.errors[0].message


@pytest.mark.parametrize(
    "password",
    [
        "four plain words beside",
        "Tr0ub4dor&3x!kettle",
        "правильная лошадь батарея",
        "ines likes violet umbrellas",
        "kZ7#mQp2$vL9",
    ],
)
def test_a_good_password_passes(password: str) -> None:
    require_good_password(password, known=KNOWN)


def test_the_hash_is_argon2id_with_19_mib_two_passes_one_lane() -> None:
    found = extract_parameters(hash_password("four plain words"))

    assert found.type is Type.ID
    assert (found.memory_cost, found.time_cost, found.parallelism) == (19 * 1024, 2, 1)


def test_a_password_opens_its_hash_and_no_other_does() -> None:
    stored = hash_password("four plain words")

    assert is_password("four plain words", stored)
    assert not is_password("four plain wordz", stored)
    assert not is_password("four plain words", None)
    assert not is_password("nobody has this password", None)
    assert not is_password("four plain words", "no hash at all")


def test_a_missing_hash_takes_as_long_as_a_wrong_password() -> None:
    stored = hash_password("four plain words")

    def seconds(against: str | None) -> float:
        began = perf_counter()
        assert not is_password("wrong", against)
        return perf_counter() - began

    seconds(None)
    pairs = [(seconds(stored), seconds(None)) for _ in range(9)]

    # Tens of milliseconds each; an answer without hashing would take a thousandth of that.
    assert 0.4 < median(nobody / somebody for somebody, nobody in pairs) < 2.5


def test_letters_composed_in_two_ways_are_one_password() -> None:
    assert is_password("Zu\u0308rich und Gene\u0300ve", hash_password("Zürich und Genève"))


def test_a_hash_of_other_parameters_is_outdated() -> None:
    assert is_outdated(PasswordHasher(time_cost=1, memory_cost=8192).hash("x"))
    assert not is_outdated(hash_password("x"))


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_is_judged_without_an_accident(password: str) -> None:
    is_good = True
    try:
        require_good_password(password, known=KNOWN)
    except InvalidRequest:
        is_good = False

    assert not is_good or len(set(password)) >= 5
