"""What the service stands on: where its facts come from, their licences, and how it weighs."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any, Final

from api.formatting import format_date, format_words
from pricing.coverage.library import list_shipped, shipped_policy
from pricing.money import Money
from scheduling.documents import wording
from scheduling.preferences import Preferences

_PACKAGES: Final = (
    ("Airports", "airportsdata", "MIT", "IATA codes, cities, coordinates and time zones"),
    ("Time zones", "IANA time zone database", "public domain", "clock changes of every zone"),
    ("Distances", "geopy", "MIT", "geodesics on the WGS 84 ellipsoid"),
)


def present_about(preferences: Preferences) -> dict[str, Any]:
    """Return the sources, the coverage policies and the planner's weights."""
    return {
        "packages": [
            {"what": what, "source": source, "licence": licence, "note": note}
            for what, source, licence, note in _PACKAGES
        ],
        "files": _files(),
        "policies": _policies(),
        "weights": _weights(preferences),
        "weights_source": f"{preferences.source}, {preferences.version}",
    }


@lru_cache(maxsize=1)
def _files() -> list[dict[str, str]]:
    """Return what the documents of ``seed_data`` say about themselves."""
    found = []
    for folder in ("catalogue", "map"):
        for file in resources.files("seed_data").joinpath(folder).iterdir():
            if file.name.endswith(".json"):
                told = json.loads(file.read_text("utf-8"))
                found.append({
                    "name": f"{folder}/{file.name}",
                    "about": told.get("about") or told.get("title", ""),
                    "source": told.get("source", ""),
                    "licence": told.get("licence", "written for this sample"),
                })  # fmt: skip
    return sorted(found, key=lambda file: file["name"])


def _policies() -> list[dict[str, str]]:
    return [
        {
            "title": shipped.policy.title,
            "version": prepared.version.version,
            "from": format_date(prepared.version.valid_from),
            "source": prepared.version.source,
        }
        for shipped in map(shipped_policy, list_shipped())
        for prepared in shipped.versions
    ]


def _weights(preferences: Preferences) -> list[dict[str, str]]:
    currency = preferences.currency
    prices = preferences.prices
    rows = (
        ("A dollar out of the patient’s pocket", 100 * prices.patient_cent),
        ("A dollar paid by the plan", 100 * prices.payer_cent),
        ("An hour of strain for one person", 60 * prices.burden_minute_cents),
        ("A day of waiting for the first appointment", prices.waiting_day_cents),
        ("A point by which the specialist falls short", prices.mismatch_point_cents),
        ("A dollar lost on average when plans change", 100 * prices.expected_loss_cent),
    )
    return [
        {"what": what, "price": wording.money(Money(minor, currency))} for what, minor in rows
    ] + [
        {"what": f"Points: {format_words(name)}", "price": str(points)}
        for name, points in preferences.mismatch_points
    ]
