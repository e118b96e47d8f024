"""The policy documents shipped with Sojourn, and the ceilings that policies name."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files

from pricing.coverage.documents.policy_document import Policy
from pricing.coverage.prepared import PreparedPolicy
from pricing.coverage.read_once import prepared_policy
from pricing.errors import NoPolicyInForce

FindText = Callable[[str], str]
"""From the id of a policy to its text; raises where there is none."""


def find_shipped_text(policy_id: str) -> str | None:
    """Return the text of a policy that comes with Sojourn, or None."""
    document = files("seed_data").joinpath("policies", f"{policy_id}.yaml")
    return document.read_text("utf-8") if document.is_file() else None


def list_shipped() -> tuple[str, ...]:
    """Return the ids of the policies that come with Sojourn, in order."""
    folder = files("seed_data").joinpath("policies")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return tuple(name.removesuffix(".yaml") for name in names)


@lru_cache(maxsize=64)
def shipped_policy(policy_id: str) -> PreparedPolicy:
    """Return a policy that comes with Sojourn, ready to decide with; each is read once.

    Raises NoPolicyInForce when none is shipped, InvalidDocument when it cannot be read.
    """
    return prepared_policy(get_shipped_text(policy_id), f"{policy_id}.yaml")


def read_ceilings(policy: Policy, find_text: FindText | None = None) -> dict[str, PreparedPolicy]:
    """Return the policies that the tax rules of a policy name, ready to decide with.

    They are looked for among those shipped, or where ``find_text`` does.
    """
    find = find_text or get_shipped_text
    return {name: prepared_policy(find(name), f"{name}.yaml") for name in sorted(policy.ceilings)}


def get_shipped_text(policy_id: str) -> str:
    """Return the text of a policy that comes with Sojourn; raises NoPolicyInForce."""
    text = find_shipped_text(policy_id)
    if text is None:
        raise NoPolicyInForce(policy_id, "no such document is shipped")
    return text
