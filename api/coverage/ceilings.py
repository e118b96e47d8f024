"""Where the tax ceiling that a policy names is found, for the command line and the server."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from typing import Final

from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import PreparedPolicy, prepare

_NAMED: Final = re.compile(r"\bceiling[\"']?\s*:\s*[\"']?([a-z0-9][a-z0-9_-]{0,63})", re.ASCII)

FindText = Callable[[str], str]
"""From the id of a policy to its text; raises where there is none."""


def find_shipped(policy_id: str) -> str | None:
    """Return the text of a policy that comes with Sojourn, or None."""
    document = files("seed_data").joinpath("policies", f"{policy_id}.yaml")
    return document.read_text("utf-8") if document.is_file() else None


def list_shipped() -> tuple[str, ...]:
    """Return the ids of the policies that come with Sojourn, in order."""
    folder = files("seed_data").joinpath("policies")
    if not folder.is_dir():
        return ()
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".yaml"))
    return tuple(name.removesuffix(".yaml") for name in names)


def name_ceilings(text: str) -> frozenset[str]:
    """Return every id that the text of a policy may mean as a tax ceiling, without reading it."""
    return frozenset(_NAMED.findall(text))


def read_ceilings(policy: Policy, find_text: FindText) -> dict[str, PreparedPolicy]:
    """Return the policies that the tax rules of a policy name, ready to decide with."""
    named = {version.tax.ceiling for version in policy.versions if version.tax is not None}
    return {
        name: prepare(read_policy(find_text(name), f"{name}.yaml"))
        for name in sorted(one for one in named if one is not None)
    }
