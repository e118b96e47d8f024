"""Who claims jobs: a name that tells people which machine and process has one."""

from __future__ import annotations

import os
import socket
from uuid import uuid4


def owner_name() -> str:
    """Return a name for whoever claims jobs here: host, process, and a word nobody else has."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:6]}"
