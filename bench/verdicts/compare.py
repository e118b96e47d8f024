"""Seeded broken files judged by the official validator and by us; where the two differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench.verdicts.made_up import LAYOUTS
from bench.verdicts.mutations import broken_file
from bench.verdicts.official import OfficialJudge, Said, official_said, our_said
from pricing.price_files.validation.judge import judge
from pricing.price_files.validation.standard import VERSIONS

_ALL = 10**6
_SHOWN = 5


def compare(seeds: Iterable[int], modules: Path, folder: Path) -> dict[str, Any]:
    """Return how many files were compared, how often each rule was met, and which differ.

    Two verdicts agree where validity, and every error and alert with place and rule in their
    order, are the same.
    """
    rules: Counter[str] = Counter()
    differ: list[dict[str, Any]] = []
    compared = valid = crashed = 0
    with OfficialJudge(modules) as official:
        for seed in seeds:
            for version in VERSIONS:
                for layout in LAYOUTS:
                    kind = "json" if layout == "json" else "csv"
                    path = folder / f"broken.{kind}"
                    path.write_bytes(broken_file(seed, version, layout))
                    answer = official.judge(path, version, kind)
                    if "crashed" in answer:
                        crashed += 1
                        continue
                    said, ours = official_said(answer), _our_said(path, version)
                    compared += 1
                    valid += said.is_valid
                    rules.update(rule for _, rule, _ in said.errors + said.alerts)
                    if said != ours:
                        file = {"seed": seed, "version": version, "layout": layout}
                        differ.append({**file, **_difference(said, ours)})
    return {
        "compared": compared,
        "valid": valid,
        "official_crashed": crashed,
        "agree": compared - len(differ),
        "differ": differ,
        "rules": dict(rules.most_common()),
    }


def _our_said(path: Path, version: str) -> Said:
    with path.open("rb") as file:
        return our_said(judge(file, path.name, version=version, limit=_ALL))


def _difference(said: Said, ours: Said) -> dict[str, Any]:
    official, own = said.errors + said.alerts, ours.errors + ours.alerts
    return {
        "official_alone": [one for one in official if one not in own][:_SHOWN],
        "ours_alone": [one for one in own if one not in official][:_SHOWN],
    }
