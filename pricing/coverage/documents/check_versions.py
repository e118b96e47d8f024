"""Versions: their names, their periods, and which of two overlapping ones is at fault."""

from __future__ import annotations

from pricing.coverage.documents.policy_document import Policy
from pricing.documents.fault_list import FaultList
from pricing.documents.faults import quoted
from pricing.effective import EffectivePeriod


def check_versions(policy: Policy, found: FaultList) -> None:
    """Note versions that end before they begin, overlap, or have one name."""
    earlier: list[tuple[int, EffectivePeriod]] = []
    names: dict[str, int] = {}
    for place, version in enumerate(policy.versions):
        path = ("versions", place)
        first = names.setdefault(version.version, place)
        if first != place:
            line = found.root.line_at(("versions", first, "version"))
            message = f"{quoted(version.version)} is the version on line {line} too"
            found.add((*path, "version"), message)
        if version.valid_to is not None and version.valid_to < version.valid_from:
            message = f"must not be before valid_from, {version.valid_from}"
            found.add((*path, "valid_to"), message)
            continue
        period = EffectivePeriod(version.valid_from, version.valid_to)
        for before, other in earlier:
            if period.overlaps(other):
                found.add((*path, "valid_from"), _overlap_words(policy, before, other))
        earlier.append((place, period))


def _overlap_words(policy: Policy, place: int, period: EffectivePeriod) -> str:
    name = quoted(policy.versions[place].version)
    end = "has no end" if period.last is None else f"runs to {period.last}"
    return f"overlaps version {name}, which begins {period.first} and {end}; end that one first"
