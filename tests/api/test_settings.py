"""Settings: the defaults, each variable, and words for what cannot be used."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from api import settings
from api.settings import InvalidSetting, OidcSettings, Settings, read_settings
from tests.keys import KEY, OTHER_KEY

PRODUCTION = {
    "SOJOURN_ENVIRONMENT": "production",
    "SOJOURN_PUBLIC_URL": "https://visits.example",
    "SOJOURN_PROXY_HOPS": "1",
    "SOJOURN_KEYS": KEY.to_line(),
}


_SECRET = KEY.to_line().partition(":")[2]
_OTHER = OTHER_KEY.to_line().partition(":")[2]


def test_an_empty_environment_gives_the_defaults() -> None:
    assert read_settings({}) == Settings()


EVERY_VARIABLE: Final = {
    "SOJOURN_DATABASE_URL": "postgresql://me@db.example/sojourn",
    "SOJOURN_HOST": "0.0.0.0",  # noqa: S104 — only read, never listened on
    "SOJOURN_TRUSTED_HOSTS": "visits.example, .clinic.example,[::1]",
    "SOJOURN_PORT": "9000", "SOJOURN_SOLVE_SECONDS": "30",
    "SOJOURN_PLAN_WORKERS": "4", "SOJOURN_SERVER_THREADS": "16",
    "SOJOURN_ENVIRONMENT": "production",
    "SOJOURN_PUBLIC_URL": "https://visits.example/",
    "SOJOURN_SECOND_FACTOR": "operator, facility",
    "SOJOURN_OIDC_ISSUER": "https://login.clinic.example/realm",
    "SOJOURN_OIDC_CLIENT_ID": "sojourn",
    "SOJOURN_OIDC_CLIENT_SECRET": "secret",
    "SOJOURN_OIDC_NAME": "Clinic login",
    "SOJOURN_PROXY_HOPS": "1",
    "SOJOURN_METRICS_TOKEN": "0123456789abcdef",
    "SOJOURN_RATE_LIMIT": "60",
    "SOJOURN_MAX_UPLOAD_BYTES": "20000", "SOJOURN_MAX_RECEIPT_BYTES": "30000",
    "SOJOURN_AUDIT_KEY": "seed=",
    "SOJOURN_AUDIT_HEADS": "/mnt/elsewhere/heads.jsonl",
    "SOJOURN_KEYS": KEY.to_line(),
}  # fmt: skip


def test_every_variable_is_read() -> None:
    found = read_settings(EVERY_VARIABLE)

    assert found.key_ring is not None
    assert found.key_ring.ids == (KEY.id,)
    assert replace(found, key_ring=None) == Settings(
        database_url="postgresql://me@db.example/sojourn",
        host="0.0.0.0",  # noqa: S104 — only read, never listened on
        port=9000,
        trusted_hosts=("visits.example", ".clinic.example", "[::1]"),
        solve_seconds=30,
        plan_workers=4,
        server_threads=16,
        environment="production",
        public_url="https://visits.example",
        second_factor_for=frozenset({"operator", "facility"}),
        oidc=OidcSettings(
            issuer="https://login.clinic.example/realm",
            client_id="sojourn",
            client_secret="secret",
            name="Clinic login",
        ),
        proxy_hops=1,
        metrics_token="0123456789abcdef",
        rate_limit=60,
        max_upload_bytes=20_000,
        max_receipt_bytes=30_000,
        audit_key="seed=",
        audit_heads=Path("/mnt/elsewhere/heads.jsonl"),
    )


def test_the_folder_of_benchmarks_is_named_or_below_the_working_directory() -> None:
    assert read_settings({"SOJOURN_BENCHMARKS": "/srv/figures"}).benchmarks == Path("/srv/figures")
    assert read_settings({"SOJOURN_BENCHMARKS": ""}).benchmarks == Path("var/benchmarks")


def test_price_files_have_a_folder() -> None:
    assert read_settings({"SOJOURN_PRICE_FILES": "/srv/prices"}).price_files == Path("/srv/prices")


def test_production_keeps_no_heads_without_a_key_of_its_own() -> None:
    kept = {"SOJOURN_AUDIT_HEADS": "heads.jsonl"}

    assert read_settings(kept).audit_heads == Path("heads.jsonl")
    with pytest.raises(InvalidSetting, match="SOJOURN_AUDIT_KEY"):
        read_settings({**PRODUCTION, **kept})


def test_production_demands_a_second_factor_of_operators_and_payers() -> None:
    demanded = PRODUCTION

    assert read_settings(demanded).second_factor_for == {"operator", "payer"}
    assert read_settings({}).second_factor_for == set()
    nobody = read_settings({**demanded, "SOJOURN_SECOND_FACTOR": "nobody"})
    assert nobody.second_factor_for == set()


def test_the_public_address_follows_host_and_port() -> None:
    found = read_settings({"SOJOURN_PORT": "9000"})

    assert (found.public_url, found.is_https, found.is_sample) == (
        "http://127.0.0.1:9000",
        False,
        True,
    )


def test_a_provider_is_called_by_its_host_and_its_secret_is_not_shown() -> None:
    found = read_settings({
        "SOJOURN_OIDC_ISSUER": "https://login.clinic.example",
        "SOJOURN_OIDC_CLIENT_ID": "sojourn",
        "SOJOURN_OIDC_CLIENT_SECRET": "hush-hush",
    })  # fmt: skip

    assert found.oidc is not None
    assert found.oidc.name == "login.clinic.example"
    assert "hush-hush" not in repr(found)


@pytest.mark.parametrize("missing", ["CLIENT_ID", "CLIENT_SECRET"])
def test_a_provider_needs_to_know_the_service(missing: str) -> None:
    whole = {
        "SOJOURN_OIDC_ISSUER": "https://login.clinic.example",
        "SOJOURN_OIDC_CLIENT_ID": "sojourn",
        "SOJOURN_OIDC_CLIENT_SECRET": "secret",
    }
    with pytest.raises(InvalidSetting) as caught:
        read_settings({**whole, f"SOJOURN_OIDC_{missing}": ""})

    assert caught.value.variable == f"SOJOURN_OIDC_{missing}"


def test_the_host_listened_on_is_trusted() -> None:
    assert "10.0.0.5" in read_settings({**PRODUCTION, "SOJOURN_HOST": "10.0.0.5"}).trusted_hosts


def test_the_public_host_is_trusted() -> None:
    assert "visits.example" in read_settings(PRODUCTION).trusted_hosts


def test_a_demonstration_is_for_this_machine_alone() -> None:
    with pytest.raises(InvalidSetting, match=r"127\.0\.0\.1, ::1 or localhost in the sample"):
        read_settings({"SOJOURN_HOST": "0.0.0.0"})  # noqa: S104 — what is refused


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"SOJOURN_PUBLIC_URL": "http://visits.example"}, "an https address in production"),
        ({"SOJOURN_KEYS": None}, "make a key with: sojourn keys new"),
        ({"SOJOURN_KEYS": f"mine:{_SECRET},dev-1:{_OTHER}"}, "whose id begins with dev"),
        ({"SOJOURN_PROXY_HOPS": None}, "said in production"),
        ({"FLASK_DEBUG": "1"}, "unset in production"),
        ({"WERKZEUG_DEBUG_PIN": "off1"}, "unset in production"),
        ({"SOJOURN_METRICS_TOKEN": "short"}, "at least 16"),
        ({"SOJOURN_ENVIRONMENT": "staging"}, "one of sample, production"),
    ],
)
def test_production_does_not_start_half_open(changed: dict[str, str | None], words: str) -> None:
    environment = {**PRODUCTION, **changed}

    with pytest.raises(InvalidSetting, match=words):
        read_settings({name: value for name, value in environment.items() if value is not None})


def test_the_first_key_of_a_list_seals() -> None:
    found = read_settings({"SOJOURN_KEYS": f"{KEY.to_line()}, {OTHER_KEY.to_line()}"}).key_ring

    assert found is not None
    assert (found.current, found.ids) == (KEY.id, (KEY.id, OTHER_KEY.id))


def test_keys_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text(f"# ours\n\n{OTHER_KEY.to_line()}\n{KEY.to_line()}\n")

    found = read_settings({"SOJOURN_KEYS": str(file)}).key_ring

    assert found is not None
    assert found.ids == (OTHER_KEY.id, KEY.id)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (_SECRET, "the path of a file that can be read"),
        (f"mine:{_SECRET[:-2]}", "32 bytes in base64"),
        (f"mine:{_SECRET}!", "32 bytes in base64"),
        ("mine:c2hvcnQ=", "must have 32"),
        (f"Mine_1:{_SECRET}", "small letters"),
        (f"mine:{_SECRET},mine:{_OTHER}", "same id"),
        (f"mine:{_SECRET},{_OTHER}", "id:base64"),
        ("/nowhere/keys", "the path of a file that can be read"),
    ],
)
def test_keys_that_cannot_be_used_are_refused_without_showing_them(value: str, words: str) -> None:
    with pytest.raises(InvalidSetting, match=words) as caught:
        read_settings({"SOJOURN_KEYS": value})

    assert caught.value.variable == "SOJOURN_KEYS"
    assert _SECRET[:-2] not in str(caught.value)
    assert _OTHER not in str(caught.value)


def test_no_secret_is_shown_with_the_settings() -> None:
    secret = "metrics-0123456789"

    for name in ("SOJOURN_METRICS_TOKEN", "SOJOURN_AUDIT_KEY"):
        assert secret not in repr(read_settings({**PRODUCTION, name: secret}))
    assert _SECRET not in repr(read_settings(PRODUCTION))
    assert repr(KEY.secret) not in repr(KEY)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SOJOURN_PORT", "0", "from 1 to 65535"),
        ("SOJOURN_PORT", "65536", "from 1 to 65535"),
        ("SOJOURN_PORT", "80.0", "whole number"),
        ("SOJOURN_PORT", "", "whole number"),
        ("SOJOURN_PORT", "٨٠", "whole number"),
        ("SOJOURN_SOLVE_SECONDS", "601", "from 1 to 600"),
        ("SOJOURN_PLAN_WORKERS", "33", "from 0 to 32"),
        ("SOJOURN_SERVER_THREADS", "1", "from 2 to 64"),
        ("SOJOURN_MAX_UPLOAD_BYTES", "9999", "from 10000 to 100000000"),
        ("SOJOURN_MAX_RECEIPT_BYTES", "25000001", "from 10000 to 25000000"),
        ("SOJOURN_RATE_LIMIT", "0", "from 1 to 1000000"),
        ("SOJOURN_PROXY_HOPS", "6", "from 0 to 5"),
        ("SOJOURN_DATABASE_URL", "mysql://x", "postgresql://"),
        ("SOJOURN_DATABASE_URL", "sojourn.db", "sqlite:///"),
        ("SOJOURN_TRUSTED_HOSTS", "", "host names"),
        ("SOJOURN_TRUSTED_HOSTS", "http://a.example", "host names"),
        ("SOJOURN_ENVIRONMENT", "staging", "one of sample, production"),
        ("SOJOURN_PUBLIC_URL", "visits.example", "such as https://"),
        ("SOJOURN_PUBLIC_URL", "https://visits.example/path", "without a path"),
        ("SOJOURN_PUBLIC_URL", "ftp://visits.example", "such as https://"),
        ("SOJOURN_SECOND_FACTOR", "doctors", "nobody, or of operator"),
        ("SOJOURN_SECOND_FACTOR", "", "nobody, or of operator"),
        ("SOJOURN_OIDC_ISSUER", "http://login.example", "https"),
        ("SOJOURN_OIDC_ISSUER", "login.example", "https"),
        ("SOJOURN_PRICE_FILES", "/srv/prices[1]", "without any of"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(variable: str, value: str, words: str) -> None:
    with pytest.raises(InvalidSetting, match=re.escape(words)) as caught:
        read_settings({variable: value})

    assert caught.value.variable == variable


def test_a_password_in_a_wrong_url_is_not_repeated() -> None:
    with pytest.raises(InvalidSetting) as caught:
        read_settings({"SOJOURN_DATABASE_URL": "mysql://me:secret@db/x"})

    assert "secret" not in str(caught.value)


def test_every_variable_is_documented(root: Path) -> None:
    documented = set(re.findall(r"``(SOJOURN_[A-Z_]+)``", settings.__doc__ or ""))
    page = (root / "docs" / "faces.md").read_text("utf-8")

    assert set(re.findall(r"^\| `(SOJOURN_[A-Z_]+)`", page, re.MULTILINE)) == documented
    assert documented == {
        f"SOJOURN_{name.upper()}"
        for name in (
            "price_files",
            "database_url",
            "benchmarks",
            "host",
            "port",
            "trusted_hosts",
            "solve_seconds",
            "plan_workers",
            "server_threads",
            "environment",
            "public_url",
            "second_factor",
            "oidc_issuer",
            "oidc_client_id",
            "oidc_client_secret",
            "oidc_name",
            "proxy_hops",
            "metrics_token",
            "rate_limit",
            "max_upload_bytes",
            "max_receipt_bytes",
            "audit_key",
            "audit_heads",
            "keys",
        )
    }
