"""The policy documents shipped with Sojourn, each read once and made ready to decide with."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from pricing.coverage.documents.read import read_policy
from pricing.coverage.prepared import PreparedPolicy, prepare
from pricing.errors import NoPolicyInForce


@lru_cache(maxsize=64)
def shipped_policy(policy_id: str) -> PreparedPolicy:
    """Return the policy of that id in ``seed_data/policies``, ready to decide with.

    Raises NoPolicyInForce when none is shipped, InvalidDocument when it cannot be read.
    """
    file = resources.files("seed_data").joinpath("policies", f"{policy_id}.yaml")
    if not file.is_file():
        raise NoPolicyInForce(policy_id, "any day: no such document is shipped")
    return prepare(read_policy(file.read_bytes(), file.name))


def ceilings_of(policy: PreparedPolicy) -> dict[str, PreparedPolicy]:
    """Return the shipped policies that the tax rules refer to, by id."""
    named = {one.version.tax.ceiling for one in policy.versions if one.version.tax is not None}
    return {name: shipped_policy(name) for name in named if name is not None}


def shipped_policies() -> tuple[PreparedPolicy, ...]:
    """Return every policy shipped, in order of file name."""
    folder = resources.files("seed_data").joinpath("policies")
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".yaml"))
    return tuple(shipped_policy(name.removesuffix(".yaml")) for name in names)
