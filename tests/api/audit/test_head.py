"""Signed heads: ours pass, whatever was changed or is another's does not."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519

from api.audit.head import (
    Head,
    key_id_of,
    load_key,
    load_public_key,
    public_text,
    read_heads,
    sign_head,
)
from api.database import Database
from api.errors import AuditHeadRefused
from api.settings import InvalidSetting
from tests.api.audit.builders import store_entries, verdict_of
from tests.storage.builders import NOW

SEED: Final = base64.b64encode(bytes(range(32))).decode()


def signed(database: Database, *, seed: str = SEED) -> str:
    """Return the signed head as one line."""
    with database.read() as session:
        head = sign_head(session, load_key(seed, is_sample=False), now=NOW)
    return json.dumps(head.to_document())


def public(seed: str = SEED) -> list[ed25519.Ed25519PublicKey]:
    """Return the public key of a seed."""
    return [load_key(seed, is_sample=False).public_key()]


def test_a_head_names_the_last_entry(database: Database) -> None:
    store_entries(database, 3)

    heads = read_heads(signed(database), public())

    assert heads == {3: verdict_of(database).last_hash}


def test_the_head_of_an_empty_trail_is_signed_too(sqlite_database: Database) -> None:
    assert read_heads(signed(sqlite_database), public()) == {0: "0" * 64}


def test_a_file_keeps_many_heads(sqlite_database: Database) -> None:
    lines = []
    for _ in range(3):
        store_entries(sqlite_database, 2)
        lines.append(signed(sqlite_database))

    heads = read_heads("\n".join([*lines, ""]), public())

    assert sorted(heads) == [2, 4, 6]
    assert verdict_of(sqlite_database, heads).is_whole


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("seq", 2),
        ("hash", "0" * 64),
        ("at", "2027-01-01T00:00:00.000000Z"),
        ("signature", base64.b64encode(bytes(64)).decode()),
        ("signature", "no base64"),
        ("key_id", "0123456789abcdef"),
        ("seq", True),
        ("hash", None),
    ],
)
def test_a_head_that_was_changed_is_refused(
    sqlite_database: Database, member: str, value: object
) -> None:
    store_entries(sqlite_database, 3)
    changed = {**json.loads(signed(sqlite_database)), member: value}

    with pytest.raises(AuditHeadRefused):
        read_heads(json.dumps(changed), public())


@pytest.mark.parametrize("text", ["", "\n", "{}", "[]", "no JSON", "3"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(AuditHeadRefused):
        read_heads(text, public())


def test_two_signed_heads_that_disagree_are_refused(sqlite_database: Database) -> None:
    key = load_key(SEED, is_sample=False)
    unsigned = Head(0, "1" * 64, "2027-01-01T00:00:00.000000Z", key_id_of(key.public_key()), "")
    signature = base64.b64encode(key.sign(unsigned.signed_bytes)).decode()
    other = json.dumps({**unsigned.to_document(), "signature": signature})

    with pytest.raises(AuditHeadRefused, match="disagree"):
        read_heads(signed(sqlite_database) + "\n" + other, public())


def test_heads_of_an_older_key_are_read_with_its_public_key(sqlite_database: Database) -> None:
    other = base64.b64encode(b"another seed of thirty-two bytes").decode()
    line = signed(sqlite_database, seed=other)

    with pytest.raises(AuditHeadRefused, match="--public-key"):
        read_heads(line, public())
    older = load_public_key(public_text(public(other)[0]))
    assert read_heads(line, [*public(), older])


def test_a_key_is_read_from_a_pem_file(tmp_path: Path) -> None:
    key = load_key(SEED, is_sample=False)
    path = tmp_path / "audit.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    assert load_key(str(path), is_sample=False).private_bytes_raw() == key.private_bytes_raw()


def test_another_kind_of_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "audit.pem"
    path.write_bytes(
        x25519.X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    with pytest.raises(InvalidSetting, match="Ed25519"):
        load_key(str(path), is_sample=False)


@pytest.mark.parametrize(
    "text", ["", "short", base64.b64encode(b"31 bytes").decode(), "/no/file.pem"]
)
def test_an_unusable_key_is_a_wrong_setting(text: str) -> None:
    with pytest.raises(InvalidSetting, match="SOJOURN_AUDIT_KEY"):
        load_key(text, is_sample=False)


def test_a_mistyped_secret_is_not_repeated() -> None:
    with pytest.raises(InvalidSetting) as refused:
        load_key("c2VjcmV0", is_sample=False)

    assert "c2VjcmV0" not in str(refused.value)


def test_the_development_key_signs_sample_data_only() -> None:
    development = load_key("", is_sample=True)
    seed = base64.b64encode(development.private_bytes_raw()).decode()

    assert load_key(seed, is_sample=True).private_bytes_raw() == development.private_bytes_raw()
    with pytest.raises(InvalidSetting, match="own"):
        load_key(seed, is_sample=False)


def test_a_public_key_must_be_one() -> None:
    with pytest.raises(AuditHeadRefused):
        load_public_key("abc")
