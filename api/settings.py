"""Settings: what the environment may decide, read once and checked at start.

Every variable begins with ``SOJOURN_``; what is not set has the default written here.

==========================  ==============================================================
variable                    meaning, and its default
==========================  ==============================================================
``SOJOURN_DATABASE_URL``    where everything is kept: ``sqlite:///var/sojourn.db``; a
                            relative path counts from the working directory, PostgreSQL is
                            ``postgresql://user@host/name``
``SOJOURN_BENCHMARKS``      folder in which Medicare's tables are kept: ``var/benchmarks``
``SOJOURN_HOST``            address the server listens on: ``127.0.0.1``
``SOJOURN_PORT``            port the server listens on: ``8000``
``SOJOURN_TRUSTED_HOSTS``   comma-separated host names that requests may name, all others
                            are refused: the loopback names and ``SOJOURN_HOST``
``SOJOURN_SOLVE_SECONDS``   most seconds one plan may search for its proof: ``10``
``SOJOURN_PLAN_WORKERS``    jobs, such as plans, made at the same time: ``2``; with ``0``
                            ``sojourn serve`` leaves them to ``sojourn work`` elsewhere
``SOJOURN_SERVER_THREADS``  requests answered at the same time: ``8``
``SOJOURN_ENVIRONMENT``     ``sample`` (with demonstration users, on this machine alone) or
                            ``production``, which starts only with ``https`` in front of it,
                            keys of its own and no debugging: ``sample``
``SOJOURN_PUBLIC_URL``      where people open the pages, such as ``https://visits.example``:
                            ``http://`` with host and port
``SOJOURN_PROXY_HOPS``      reverse proxies in front of the server whose
                            ``X-Forwarded-For``, ``-Proto`` and ``X-Request-Id`` are believed:
                            ``0``; to be said in production
``SOJOURN_METRICS_TOKEN``   bearer token of at least 16 characters for ``/metrics``: none, and
                            then only this machine sees it, in the sample
``SOJOURN_RATE_LIMIT``      requests of one user (or of one address without one) that are
                            answered in a minute, by all servers together: ``600``
``SOJOURN_MAX_UPLOAD_BYTES``  bytes of a request's body that are read: ``1000000``
``SOJOURN_MAX_RECEIPT_BYTES``  bytes of a receipt that is sent, whatever other requests may
                            have: ``10000000``
``SOJOURN_SECOND_FACTOR``   kinds of organisation whose users must have a second factor,
                            with commas between, or ``nobody``: ``operator,payer`` in
                            production, ``nobody`` in the sample
``SOJOURN_OIDC_ISSUER``     OpenID Connect provider through which users may log in: none
``SOJOURN_OIDC_CLIENT_ID``  what the provider calls this service; with an issuer
``SOJOURN_OIDC_CLIENT_SECRET``  what the provider knows it by; with an issuer
``SOJOURN_OIDC_NAME``       what the login page calls the provider: its host name
``SOJOURN_KEYS``            keys of private fields, the one that seals first: ``id:base64`` with
                            commas between, or the path of a file with one on a line; sample
                            data has a key file beside the database
``SOJOURN_AUDIT_KEY``       Ed25519 key that signs the head of the audit trail: 32 bytes in
                            base64, or the path of a ``.pem`` file; sample data needs none
``SOJOURN_AUDIT_HEADS``     path of a file, best of another machine, to which a worker adds the
                            signed head of the trail once a day: none, and then heads are taken
                            by hand
``SOJOURN_PRICE_FILES``     folder in which imported hospital price files are kept, the same for
                            all processes: ``var/price-files``; a relative path counts from the
                            working directory
==========================  ==============================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from logistics.errors import InvalidKey
from logistics.sealing import DEVELOPMENT, KeyRing, parse_ring

PREFIX: Final = "SOJOURN_"
SAMPLE: Final = "sample"
PRODUCTION: Final = "production"
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "[::1]", "localhost"})
_SHORTEST_TOKEN: Final = 16
_NOBODY: Final = "nobody"
_KINDS: Final = ("operator", "payer", "facility")
_DATABASES: Final = ("sqlite", "postgresql")
_KEY_LIST: Final = re.compile(r"[A-Za-z0-9_-]+:")
_HOST_NAME: Final = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-fA-F:]+\]", re.ASCII)


class InvalidSetting(Exception):
    """A variable of the environment cannot be used."""

    def __init__(self, variable: str, value: str, expected: str) -> None:
        """Keep the variable's name, its value and what would be right."""
        super().__init__(f"{variable} is {value!r}; it must be {expected}")
        self.variable = variable
        self.value = value
        self.expected = expected


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """The OpenID Connect provider through which users may log in; its secret is never shown."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; durations in seconds."""

    database_url: str = "sqlite:///var/sojourn.db"
    benchmarks: Path = Path("var/benchmarks")
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    solve_seconds: int = 10
    plan_workers: int = 2
    server_threads: int = 8
    environment: str = SAMPLE
    public_url: str = "http://127.0.0.1:8000"
    second_factor_for: frozenset[str] = frozenset()
    oidc: OidcSettings | None = None
    proxy_hops: int = 0
    metrics_token: str = field(default="", repr=False)
    rate_limit: int = 600
    max_upload_bytes: int = 1_000_000
    max_receipt_bytes: int = 10_000_000
    audit_key: str = field(default="", repr=False)
    audit_heads: Path | None = None
    key_ring: KeyRing | None = None
    price_files: Path = Path("var/price-files")

    @property
    def is_sample(self) -> bool:
        """Return whether this is a demonstration, with users anybody may be."""
        return self.environment == SAMPLE

    @property
    def is_https(self) -> bool:
        """Return whether people reach the pages over an encrypted connection."""
        return self.public_url.startswith("https://")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings the environment asks for; raises InvalidSetting."""
    defaults = Settings()
    host = environment.get(f"{PREFIX}HOST", defaults.host)
    port = _whole(environment, "PORT", defaults.port, (1, 65_535))
    kind = _one_of(environment, "ENVIRONMENT", (SAMPLE, PRODUCTION))
    public_url = _public_url(environment, f"http://{host}:{port}")
    settings = Settings(
        database_url=_database_url(environment, defaults.database_url),
        benchmarks=Path(environment.get(f"{PREFIX}BENCHMARKS", "") or defaults.benchmarks),
        host=host,
        port=port,
        trusted_hosts=_hosts(environment, (*defaults.trusted_hosts, host, *_host_of(public_url))),
        solve_seconds=_whole(environment, "SOLVE_SECONDS", defaults.solve_seconds, (1, 600)),
        plan_workers=_whole(environment, "PLAN_WORKERS", defaults.plan_workers, (0, 32)),
        server_threads=_whole(environment, "SERVER_THREADS", defaults.server_threads, (2, 64)),
        environment=kind,
        public_url=public_url,
        second_factor_for=_second_factor_for(environment, is_sample=kind == SAMPLE),
        oidc=_oidc(environment),
        proxy_hops=_whole(environment, "PROXY_HOPS", defaults.proxy_hops, (0, 5)),
        metrics_token=_metrics_token(environment),
        rate_limit=_whole(environment, "RATE_LIMIT", defaults.rate_limit, (1, 1_000_000)),
        max_upload_bytes=_whole(
            environment, "MAX_UPLOAD_BYTES", defaults.max_upload_bytes, (10_000, 100_000_000)
        ),
        max_receipt_bytes=_whole(
            environment, "MAX_RECEIPT_BYTES", defaults.max_receipt_bytes, (10_000, 25_000_000)
        ),
        audit_key=environment.get(f"{PREFIX}AUDIT_KEY", defaults.audit_key).strip(),
        audit_heads=_audit_heads(environment),
        key_ring=_key_ring(environment),
        price_files=_price_files(environment, defaults.price_files),
    )
    _require_safe(settings, environment)
    return settings


def _require_safe(settings: Settings, environment: Mapping[str, str]) -> None:
    """Refuse a demonstration that others can reach, and a production that is open to anybody."""
    if settings.is_sample:
        if settings.host not in _LOOPBACK:
            raise InvalidSetting(
                f"{PREFIX}HOST", settings.host, "127.0.0.1, ::1 or localhost in the sample setting"
            )
        return
    if not settings.is_https:
        raise InvalidSetting(
            f"{PREFIX}PUBLIC_URL", settings.public_url, "an https address in production"
        )
    if f"{PREFIX}PROXY_HOPS" not in environment:
        raise InvalidSetting(
            f"{PREFIX}PROXY_HOPS",
            "",
            "said in production: 1 behind a reverse proxy that ends TLS",
        )
    _require_own_keys(settings.key_ring)
    if settings.audit_heads is not None and not settings.audit_key:
        expected = f"set in production where {PREFIX}AUDIT_HEADS is"
        raise InvalidSetting(f"{PREFIX}AUDIT_KEY", "", expected)
    for name in ("FLASK_DEBUG", "PYTHONASYNCIODEBUG", "WERKZEUG_DEBUG_PIN"):
        if environment.get(name, "0") not in {"", "0", "false", "off"}:
            raise InvalidSetting(name, environment[name], "unset in production")


def _require_own_keys(ring: KeyRing | None) -> None:
    """Refuse production without keys, or with keys that lay beside sample data."""
    if ring is None:
        expected = "set in production; make a key with: sojourn keys new"
        raise InvalidSetting(f"{PREFIX}KEYS", "", expected)
    if ring.has_development_keys:
        expected = f"without keys whose id begins with {DEVELOPMENT}, in production"
        raise InvalidSetting(f"{PREFIX}KEYS", ",".join(ring.ids), expected)


def _key_ring(environment: Mapping[str, str]) -> KeyRing | None:
    """Return the keys written in the variable, or in the file it names."""
    text = environment.get(f"{PREFIX}KEYS", "").strip()
    if not text:
        return None
    # Nothing of the value is shown: a mistyped secret looks like a path.
    try:
        is_list = _KEY_LIST.match(text)
        lines = text.split(",") if is_list else Path(text).read_text("utf-8").splitlines()
        return parse_ring(lines)
    except (OSError, ValueError) as error:
        expected = "id:base64 with commas between, or the path of a file that can be read"
        raise InvalidSetting(f"{PREFIX}KEYS", "…", expected) from error
    except InvalidKey as error:
        raise InvalidSetting(f"{PREFIX}KEYS", "…", f"a list of keys: {error}") from error


def _host_of(url: str) -> tuple[str, ...]:
    host = urlsplit(url).hostname or ""
    return (f"[{host}]" if ":" in host else host,)


def _metrics_token(environment: Mapping[str, str]) -> str:
    token = environment.get(f"{PREFIX}METRICS_TOKEN", "")
    if token and len(token) < _SHORTEST_TOKEN:
        raise InvalidSetting(
            f"{PREFIX}METRICS_TOKEN", "…", f"at least {_SHORTEST_TOKEN} characters long"
        )
    return token


def _audit_heads(environment: Mapping[str, str]) -> Path | None:
    text = environment.get(f"{PREFIX}AUDIT_HEADS", "").strip()
    return Path(text) if text else None


def _price_files(environment: Mapping[str, str], default: Path) -> Path:
    text = environment.get(f"{PREFIX}PRICE_FILES", "").strip()
    if set("*?[") & set(text):
        # DuckDB would take them for a pattern of names.
        raise InvalidSetting(f"{PREFIX}PRICE_FILES", text, "a folder without any of * ? [")
    return Path(text) if text else default


def _one_of(environment: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """Return one of the choices; the first where nothing is set."""
    text = environment.get(PREFIX + name, choices[0])
    if text not in choices:
        raise InvalidSetting(PREFIX + name, text, f"one of {', '.join(choices)}")
    return text


def _public_url(environment: Mapping[str, str], default: str) -> str:
    text = environment.get(f"{PREFIX}PUBLIC_URL", default).rstrip("/")
    if not _is_origin(text):
        raise InvalidSetting(
            f"{PREFIX}PUBLIC_URL", text, "an address without a path, such as https://visits.example"
        )
    return text


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    rest = (parts.path, parts.query, parts.fragment, parts.username)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(rest)


def _second_factor_for(environment: Mapping[str, str], *, is_sample: bool) -> frozenset[str]:
    default = _NOBODY if is_sample else "operator,payer"
    text = environment.get(f"{PREFIX}SECOND_FACTOR", default)
    kinds = frozenset(word.strip() for word in text.split(",") if word.strip())
    if kinds == {_NOBODY}:
        return frozenset()
    if not kinds or not kinds <= set(_KINDS):
        raise InvalidSetting(
            f"{PREFIX}SECOND_FACTOR", text, f"{_NOBODY}, or of {', '.join(_KINDS)}, with commas"
        )
    return kinds


def _oidc(environment: Mapping[str, str]) -> OidcSettings | None:
    issuer = environment.get(f"{PREFIX}OIDC_ISSUER", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if not parts.hostname or (
        parts.scheme != "https" and not (is_local and parts.scheme == "http")
    ):
        raise InvalidSetting(f"{PREFIX}OIDC_ISSUER", issuer, "the provider's https address")
    found = {}
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        found[name] = environment.get(f"{PREFIX}OIDC_{name}", "")
        if not found[name]:
            raise InvalidSetting(f"{PREFIX}OIDC_{name}", "", "set where SOJOURN_OIDC_ISSUER is")
    return OidcSettings(
        issuer=issuer,
        client_id=found["CLIENT_ID"],
        client_secret=found["CLIENT_SECRET"],
        name=environment.get(f"{PREFIX}OIDC_NAME") or parts.hostname,
    )


def _database_url(environment: Mapping[str, str], default: str) -> str:
    url = environment.get(f"{PREFIX}DATABASE_URL", default)
    dialect = url.partition(":")[0].partition("+")[0]
    if dialect not in _DATABASES or "://" not in url:
        # The value may hold a password: name the kind only.
        raise InvalidSetting(
            f"{PREFIX}DATABASE_URL",
            f"{dialect[:20]}:…",
            "a URL such as sqlite:///var/sojourn.db or postgresql://user@host/name",
        )
    return url


def _whole(environment: Mapping[str, str], name: str, default: int, limits: tuple[int, int]) -> int:
    text = environment.get(PREFIX + name, str(default))
    low, high = limits
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise InvalidSetting(PREFIX + name, text, f"a whole number from {low} to {high}")
    return int(text)


def _hosts(environment: Mapping[str, str], default: tuple[str, ...]) -> tuple[str, ...]:
    text = environment.get(f"{PREFIX}TRUSTED_HOSTS")
    if text is None:
        return tuple(dict.fromkeys(default))
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    if not names or not all(_HOST_NAME.fullmatch(name) for name in names):
        raise InvalidSetting(
            f"{PREFIX}TRUSTED_HOSTS", text, "host names with commas between, without ports"
        )
    return names
