"""The policy documents shipped with Sojourn, read once and checked against each other."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from pricing.service_levels.policy import CoveragePolicy, parse_policy, require_no_overlap


@lru_cache(maxsize=1)
def load_policies() -> tuple[CoveragePolicy, ...]:
    """Return every policy version in ``seed_data/service_levels``, in order of file name."""
    folder = resources.files("seed_data").joinpath("service_levels")
    documents = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yaml")),
        key=lambda entry: entry.name,
    )
    policies = tuple(parse_policy(entry.read_text("utf-8"), entry.name) for entry in documents)
    require_no_overlap(policies)
    return policies
