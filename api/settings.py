"""Settings: what the environment may decide, read once and checked at start.

Every variable begins with ``SOJOURN_``; what is not set has the default written here.

==========================  ==============================================================
variable                    meaning, and its default
==========================  ==============================================================
``SOJOURN_DATABASE_URL``    where everything is kept: ``sqlite:///var/sojourn.db``; a
                            relative path counts from the working directory, PostgreSQL is
                            ``postgresql://user@host/name``
``SOJOURN_HOST``            address the server listens on: ``127.0.0.1``
``SOJOURN_PORT``            port the server listens on: ``8000``
``SOJOURN_TRUSTED_HOSTS``   comma-separated host names that requests may name, all others
                            are refused: the loopback names and ``SOJOURN_HOST``
``SOJOURN_SOLVE_SECONDS``   most seconds one plan may search for its proof: ``10``
``SOJOURN_PLAN_WORKERS``    jobs, such as plans, made at the same time: ``2``; with ``0``
                            ``sojourn serve`` leaves them to ``sojourn work`` elsewhere
``SOJOURN_SERVER_THREADS``  requests answered at the same time: ``8``
==========================  ==============================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

PREFIX: Final = "SOJOURN_"
MAX_BODY_BYTES: Final = 1_000_000
"""The largest request body that is read at all."""

_DATABASES: Final = ("sqlite", "postgresql")
_HOST_NAME: Final = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9a-fA-F:]+\]", re.ASCII)


class InvalidSetting(Exception):
    """A variable of the environment cannot be used."""

    def __init__(self, variable: str, value: str, expected: str) -> None:
        """Keep the variable's name, its value and what would be right."""
        super().__init__(f"{variable} is {value!r}; it must be {expected}")
        self.variable = variable
        self.value = value
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; durations in seconds."""

    database_url: str = "sqlite:///var/sojourn.db"
    host: str = "127.0.0.1"
    port: int = 8000
    trusted_hosts: tuple[str, ...] = ("localhost", "127.0.0.1", "[::1]")
    solve_seconds: int = 10
    plan_workers: int = 2
    server_threads: int = 8


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings the environment asks for; raises InvalidSetting."""
    defaults = Settings()
    host = environment.get(f"{PREFIX}HOST", defaults.host)
    return Settings(
        database_url=_database_url(environment, defaults.database_url),
        host=host,
        port=_whole(environment, "PORT", defaults.port, (1, 65_535)),
        trusted_hosts=_hosts(environment, (*defaults.trusted_hosts, host)),
        solve_seconds=_whole(environment, "SOLVE_SECONDS", defaults.solve_seconds, (1, 600)),
        plan_workers=_whole(environment, "PLAN_WORKERS", defaults.plan_workers, (0, 32)),
        server_threads=_whole(environment, "SERVER_THREADS", defaults.server_threads, (2, 64)),
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
