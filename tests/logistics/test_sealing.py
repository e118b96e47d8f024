"""Sealed text opens where it was sealed and nowhere else, and no other way than documented."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from logistics.errors import InvalidKey, SealBroken, UnknownKey
from logistics.sealing import Key, KeyRing, Place, key_id_of, new_key, parse_key, parse_ring
from tests.keys import KEY, OTHER_KEY, RING

PLACE = Place("sojourn_case", "SJ-1001", "title")
BOTH = KeyRing([OTHER_KEY, KEY])

texts = st.text(st.characters(exclude_categories=["Cs"]))
places = st.builds(
    Place,
    table=st.sampled_from(["plan", "sojourn_case"]),
    row=texts,
    column=st.sampled_from(["notes", "title"]),
)


def _hkdf_sha256(secret: bytes, purpose: bytes) -> bytes:
    """Return 32 bytes by RFC 5869 without salt, written from its text: extract, then expand."""
    extracted = hmac.digest(bytes(32), secret, hashlib.sha256)
    return hmac.digest(extracted, purpose + b"\x01", hashlib.sha256)


@given(texts, places)
def test_every_text_comes_back(text: str, place: Place) -> None:
    assert RING.open(RING.seal(text, place), place) == text


@given(st.binary(), places)
def test_all_bytes_come_back(content: bytes, place: Place) -> None:
    assert RING.open_bytes(RING.seal_bytes(content, place), place) == content


@given(texts, places)
def test_the_documented_format_is_enough_to_open_it(text: str, place: Place) -> None:
    form, key_id, encoded = RING.seal(text, place).split(":")
    content = base64.urlsafe_b64decode(encoded)
    cipher = AESGCM(_hkdf_sha256(KEY.secret, b"sojourn sealing 1"))
    bound_to = f"{place.table}:{place.row}:{place.column}".encode()

    assert (form, key_id) == ("s1", "test-key")
    assert cipher.decrypt(content[:12], content[12:], bound_to).decode() == text


@given(texts, places)
def test_the_documented_format_is_enough_to_seal_it(text: str, place: Place) -> None:
    cipher = AESGCM(_hkdf_sha256(KEY.secret, b"sojourn sealing 1"))
    bound_to = f"{place.table}:{place.row}:{place.column}".encode()
    content = b"nonce-of-12-" + cipher.encrypt(b"nonce-of-12-", text.encode(), bound_to)

    assert RING.open(f"s1:test-key:{base64.urlsafe_b64encode(content).decode()}", place) == text


@given(texts, st.data())
def test_no_bit_can_be_turned(text: str, data: st.DataObject) -> None:
    sealed = RING.seal(text, PLACE).encode()
    where = data.draw(st.integers(0, 8 * len(sealed) - 1))
    turned = bytearray(sealed)
    turned[where // 8] ^= 1 << where % 8

    with pytest.raises((SealBroken, UnknownKey)):
        RING.open(turned.decode("latin-1"), PLACE)


def test_not_one_bit_of_a_whole_text_can_be_turned() -> None:
    sealed = RING.seal("a", PLACE).encode()
    for where in range(8 * len(sealed)):
        turned = bytearray(sealed)
        turned[where // 8] ^= 1 << where % 8
        with pytest.raises((SealBroken, UnknownKey)):
            RING.open(turned.decode("latin-1"), PLACE)


@given(texts, places, places)
def test_a_text_opens_in_its_own_place_only(text: str, place: Place, other: Place) -> None:
    sealed = RING.seal(text, place)

    if place == other:
        assert RING.open(sealed, other) == text
    else:
        with pytest.raises(SealBroken):
            RING.open(sealed, other)


def test_two_keys_of_several_parts_are_never_one_place() -> None:
    places = {str(Place.of("t", key, "c")) for key in (("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c"))}

    assert places == {"t:a%2Fb/c:c", "t:a/b%2Fc:c", "t:a%252Fb/c:c"}


@pytest.mark.parametrize(
    "other",
    [
        Place("plan", "SJ-1001", "title"),
        Place("sojourn_case", "SJ-1002", "title"),
        Place("sojourn_case", "SJ-1001", "story"),
    ],
)
def test_a_text_moved_to_another_table_row_or_column_is_refused(other: Place) -> None:
    with pytest.raises(SealBroken, match=str(other)):
        RING.open(RING.seal("title", PLACE), other)


@given(texts)
def test_a_shortened_text_is_refused(text: str) -> None:
    sealed = RING.seal(text, PLACE)
    for length in range(len(sealed)):
        with pytest.raises((SealBroken, UnknownKey)):
            RING.open(sealed[:length], PLACE)


@pytest.mark.parametrize("stored", ["", "plain", "s2:test-key:AAAA", "s1:test-key", "s1::", "☃"])
def test_what_is_not_sealed_does_not_open(stored: str) -> None:
    with pytest.raises(SealBroken, match="restore it from a backup"):
        RING.open(stored, PLACE)


def test_another_spelling_of_the_same_bytes_is_refused() -> None:
    sealed = RING.seal("four", PLACE)
    loose = [sealed + "=", sealed + "\n", sealed.rstrip("=") + "A" * 4, sealed.replace("-", "+")]

    for spelling in loose:
        if spelling != sealed:
            with pytest.raises(SealBroken):
                RING.open(spelling, PLACE)


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({RING.seal("same", PLACE) for _ in range(1000)}) == 1000


def test_the_first_key_seals_and_all_open() -> None:
    before = RING.seal("old", PLACE)

    assert BOTH.open(before, PLACE) == "old"
    assert key_id_of(BOTH.seal("new", PLACE)) == "other-key"
    assert BOTH.seal("new", PLACE).startswith(BOTH.prefix)


def test_a_text_of_a_key_that_was_removed_names_it() -> None:
    with pytest.raises(UnknownKey, match="other-key") as caught:
        RING.open(BOTH.seal("new", PLACE), PLACE)

    assert caught.value.key_id == "other-key"


def test_a_key_of_the_same_id_does_not_open_it() -> None:
    with pytest.raises(SealBroken):
        KeyRing([Key("test-key", bytes(32))]).open(RING.seal("x", PLACE), PLACE)


def test_text_is_found_whatever_its_capitals_width_and_spaces() -> None:
    written = RING.blind_index("email", "  \uff21da Lovelace ")

    assert written == RING.blind_index("email", "ada  LOVELACE")
    assert written != RING.blind_index("name", "ada lovelace")
    assert written != RING.blind_index("email", "ada lovelac")
    assert len(written) == 64


def test_an_index_cannot_be_made_with_the_key_that_seals() -> None:
    key = _hkdf_sha256(KEY.secret, b"sojourn finding 1")

    assert RING.blind_index("email", "a@b") == hmac.digest(key, b"email:a@b", "sha256").hex()
    assert key != _hkdf_sha256(KEY.secret, b"sojourn sealing 1")


def test_text_is_looked_for_under_every_key() -> None:
    found = BOTH.blind_indexes("email", "a@b.example")

    assert found[0] == BOTH.blind_index("email", "a@b.example")
    assert found[1] == RING.blind_index("email", "a@b.example")


@given(st.binary(), st.binary())
def test_a_signature_is_of_its_content_alone(content: bytes, other: bytes) -> None:
    signature = RING.sign(content)

    assert RING.is_signed(content, signature)
    assert BOTH.is_signed(content, signature)
    assert RING.is_signed(other, signature) == (other == content)


def test_a_signature_of_a_key_that_is_not_ours_names_it() -> None:
    with pytest.raises(UnknownKey, match="other-key"):
        RING.is_signed(b"x", BOTH.sign(b"x"))


@given(st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True))
def test_a_new_key_is_read_back_from_its_line(key_id: str) -> None:
    key = new_key(key_id)

    assert parse_key(key.to_line()) == key
    assert parse_key(key.to_line().replace("+", "-").replace("/", "_")) == key


@pytest.mark.parametrize("key_id", ["", "A", "a:b", "-a", "a-", "a" * 33, "a_b", "a b", "é"])
def test_an_id_that_could_be_mistaken_is_refused(key_id: str) -> None:
    with pytest.raises(InvalidKey, match="id"):
        new_key(key_id)


def test_a_ring_has_a_key() -> None:
    with pytest.raises(InvalidKey, match="sojourn keys new"):
        parse_ring(["", "# nothing but a comment"])


def test_two_keys_cannot_have_one_id() -> None:
    with pytest.raises(InvalidKey, match="same id"):
        KeyRing([KEY, Key("test-key", bytes(32))])


def test_a_ring_shows_ids_and_no_secret() -> None:
    assert repr(BOTH) == "KeyRing('other-key', 'test-key')"
    assert BOTH.has_development_keys is False
    assert parse_ring([new_key("dev-1").to_line()]).has_development_keys is True
