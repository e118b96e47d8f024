"""The ingredient files: read once, and never half."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from logistics.errors import CatalogueUnreadable
from logistics.suppliers.catalogue.ingredients import read_ingredients
from logistics.suppliers.catalogue.supplier import SampleCatalogue

FILES = (
    "airports.json",
    "carriers.json",
    "ground.json",
    "hubs.json",
    "lodging.json",
    "seasons.json",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the ingredients that may be spoilt."""
    for name in FILES:
        text = (files("seed_data") / "catalogue" / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_copy_serves_as_well(folder: Path) -> None:
    assert read_ingredients(folder) == read_ingredients()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_file_cut_short_is_named(folder: Path, name: str, share: float) -> None:
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[: int(len(content) * share)])

    with pytest.raises(CatalogueUnreadable) as caught:
        SampleCatalogue(ingredients=folder)

    assert caught.value.file == name
    assert not caught.value.retryable
    assert "line" in str(caught.value)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(CatalogueUnreadable) as caught:
        SampleCatalogue(ingredients=folder)

    assert caught.value.file == name


def _price_as_text(document: Any) -> None:  # noqa: ANN401 — JSON as it comes
    document["carriers"][3]["price_permille"] = "1000"


def _unknown_base(document: Any) -> None:  # noqa: ANN401 — JSON as it comes
    document["carriers"][3]["hubs"] = ["QQQ"]


def _no_code(document: Any) -> None:  # noqa: ANN401 — JSON as it comes
    del document["carriers"][3]["code"]


def _surprise(document: Any) -> None:  # noqa: ANN401 — JSON as it comes
    document["carriers"][3]["surprise"] = 1


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (_price_as_text, "carriers.3.price_permille"),
        (_unknown_base, "carriers.3.hubs: QQQ is missing in hubs.json"),
        (_no_code, "carriers.3.code"),
        (_surprise, "carriers.3.surprise"),
    ],
)
def test_a_malformed_entry_is_named_with_its_place(
    folder: Path,
    spoil: Callable[[Any], None],
    place: str,
) -> None:
    document = json.loads((folder / "carriers.json").read_text(encoding="utf-8"))
    spoil(document)
    (folder / "carriers.json").write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(CatalogueUnreadable) as caught:
        read_ingredients(folder)

    assert caught.value.file == "carriers.json"
    assert place in str(caught.value)


def test_places_nobody_knows_are_found_out(folder: Path) -> None:
    airports = json.loads((folder / "airports.json").read_text(encoding="utf-8"))
    airports["airports"][0]["codes"] += " QQQ"
    (folder / "airports.json").write_text(json.dumps(airports), encoding="utf-8")

    with pytest.raises(CatalogueUnreadable, match="QQQ is not an airport"):
        read_ingredients(folder)


@pytest.mark.parametrize("name", ["ground.json", "lodging.json"])
def test_the_row_for_every_other_place_is_needed(folder: Path, name: str) -> None:
    document = json.loads((folder / name).read_text(encoding="utf-8"))
    for rows in document.values():
        if isinstance(rows, list):
            rows.pop()
    (folder / name).write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(CatalogueUnreadable, match="every other place"):
        read_ingredients(folder)
