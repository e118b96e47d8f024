"""Jobs the service gives itself: find what would be forgotten, drop what is old, keep heads."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from api.audit.head import keep_head, load_key, sign_head
from api.jobs.repository import delete_finished
from api.jobs.run import JobRun
from api.operations.retention import forget_old

_LOG: Final = logging.getLogger(__name__)
KEPT: Final = timedelta(days=30)
"""How long a finished job is shown."""


def forget_what_is_old(run: JobRun) -> None:
    """Delete what the rules of retention no longer keep."""
    with run.finish() as session:
        gone = forget_old(session, now=run.services.now())
    for kind, count in gone.items():
        _LOG.info("rows.forgotten", extra={"kind": kind, "count": count})


def keep_the_head(run: JobRun) -> None:
    """Sign the head of the audit trail and add it to the file where heads are kept, if any is.

    A try that dies between the file and its end is made again: the head then stands there twice,
    which says the same.
    """
    settings = run.services.settings
    if settings.audit_heads is not None:
        key = load_key(settings.audit_key, is_sample=settings.is_sample)
        with run.sessions.read() as session:
            head = sign_head(session, key, now=run.services.now())
        keep_head(settings.audit_heads, head)
        _LOG.info("audit.head_kept", extra={"audit": head.seq})
    with run.finish():
        pass


def forget_old_jobs(run: JobRun) -> None:
    """Delete the rows of jobs that ended long ago; what they did stays."""
    with run.finish() as session:
        count = delete_finished(session, before=run.services.now() - KEPT)
    _LOG.info("jobs.forgotten", extra={"count": count})
