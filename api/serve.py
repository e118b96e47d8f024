"""Serving the application with gunicorn: one process, several threads, an orderly end.

Beside it runs one worker that makes plans and other jobs, unless ``SOJOURN_PLAN_WORKERS`` is 0. On
SIGTERM requests are finished, and jobs finished or handed back.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any, Final, cast

from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]  # — ships no types
from gunicorn.glogging import Logger  # type: ignore[import-untyped]  # — ships no types

from api.app import create_app
from api.errors import AddressTaken
from api.jobs.beside import WorkerBeside
from api.permanent import make_permanent
from api.settings import Settings
from api.wiring import build_services
from scheduling.optimizer.apart import cool_down

_LOG: Final = logging.getLogger(__name__)
_GRACE_SECONDS: Final = 30
_BESIDE: Final = "worker_beside"


def serve(settings: Settings, *, say: Callable[[str], None]) -> None:
    """Bring the database up to date and serve until told to stop; never returns otherwise.

    Raises:
        AddressTaken: the port is in use, or the host is not this machine's.
        DatabaseUnavailable: the database cannot be opened or brought up to date.
    """
    require_free(settings.host, settings.port)
    database = build_services(settings).database
    database.migrate()
    database.dispose()
    _Server(settings, say).run()


def require_free(host: str, port: int) -> None:
    """Raise AddressTaken unless the address can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), port))
        except OSError as error:
            raise AddressTaken(host, port, error.strerror or str(error)) from error


class _Logger(Logger):  # type: ignore[misc]  # — gunicorn has no types
    """Gunicorn's log, handed to the one of this process."""

    def setup(self, cfg: Any) -> None:  # noqa: ANN401 — gunicorn has no types
        """Set no handler of its own."""
        super().setup(cfg)
        self.error_log.propagate = True


class _Server(BaseApplication):  # type: ignore[misc]  # — gunicorn has no types
    """Gunicorn, told by our settings alone."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        super().__init__()

    def load_config(self) -> None:
        """Set what gunicorn would read from a file."""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        chosen: dict[str, Any] = {
            "bind": f"{host}:{self._settings.port}",
            "workers": 1,
            "threads": self._settings.server_threads,
            "worker_class": "gthread",
            "timeout": 120,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": 5,
            "loglevel": "warning",
            "logger_class": _Logger,
            # Its messages go where ours go, without what they fill in.
            "errorlog": None,
            # Who is in front is said by SOJOURN_PROXY_HOPS alone.
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "when_ready": lambda _: self._say(f"Sojourn is at http://{host}:{self._settings.port}"),
            "worker_exit": _end,
        }
        for name, value in chosen.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application; runs in the process that serves it."""
        app = create_app(self._settings)
        if self._settings.plan_workers:
            app.extensions[_BESIDE] = WorkerBeside(self._settings.plan_workers)
            app.extensions[_BESIDE].start()
        make_permanent()
        return app


def _end(server: object, worker: Any) -> None:  # noqa: ANN401 — gunicorn has no types
    """Let the jobs under way finish or be handed back, and end the solving process."""
    del server
    app = getattr(worker, "wsgi", None)
    if isinstance(app, Flask) and _BESIDE in app.extensions:
        cast("WorkerBeside", app.extensions[_BESIDE]).stop()
    cool_down()
