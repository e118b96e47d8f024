"""Our verdicts are the official ones: on files beside the repository, and on files broken anew."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from bench.verdicts.compare import compare
from bench.verdicts.official import OfficialJudge, official_said, our_said
from pricing.price_files.validation.judge import judge
from tests.shared_files import shared_folder
from tests.tools import node_modules


def expected_verdicts(fixtures: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        (fixtures / "expected_verdicts_validator_2.6.0.json").read_text("utf-8")
    )
    return found


def path_of(fixtures: Path, name: str) -> Path:
    """Return a fixture; the examples of the format lie in a folder of their own."""
    inside = fixtures / name
    return inside if inside.exists() else fixtures.parent / "hpt_v3" / Path(name).name


def test_verdicts_on_the_official_fixtures_are_the_official_ones() -> None:
    fixtures = shared_folder("data/cms/validator_fixtures")
    expected = expected_verdicts(fixtures)

    for one in expected:
        path = path_of(fixtures, one["file"])
        with path.open("rb") as file:
            verdict = judge(file, path.name, version=one["version"].removeprefix("v"))
        assert our_said(verdict) == official_said(one), (one["file"], one["version"])
    assert len(expected) == 164


def test_real_files_are_judged_as_the_official_validator_does() -> None:
    real = shared_folder("data/cms/real")
    names = ("banner-university", "marthas-vineyard", "mgh", "musc", "tampa")

    for name in names:
        (path,) = real.glob(f"{name}*")
        with path.open("rb") as file:
            assert judge(file, path.name).is_valid, name
    (combined,) = real.glob("sangram*")
    with combined.open("rb") as file:
        assert judge(file, combined.name).errors.total == 10


@pytest.mark.needs_tool("hpt-validator")
def test_the_official_validator_as_we_run_it_says_what_it_is_said_to_say() -> None:
    fixtures = shared_folder("data/cms/validator_fixtures")

    with OfficialJudge(node_modules()) as official:
        for one in expected_verdicts(fixtures):
            path = path_of(fixtures, one["file"])
            said = official.judge(path, one["version"], path.suffix.removeprefix("."))
            assert official_said(said) == official_said(one), (one["file"], one["version"])


@pytest.mark.needs_tool("hpt-validator")
def test_verdicts_on_broken_files_are_the_official_ones(tmp_path: Path) -> None:
    begun = time.monotonic()

    found = compare(range(5), node_modules(), tmp_path)

    assert found["differ"] == []
    assert found["compared"] == 60
    assert time.monotonic() - begun < 60
