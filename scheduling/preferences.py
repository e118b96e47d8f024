"""What the planner's weights are: prices of hardships, dated and read from ``seed_data``."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, field_validator

from pricing.money import Money


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class Prices(_Strict):
    """Cost cents for one unit of each kind of cost; units in ``docs/problem-documents.md``."""

    patient_cent: NonNegativeInt
    payer_cent: NonNegativeInt
    burden_minute_cents: NonNegativeInt
    waiting_day_cents: NonNegativeInt
    mismatch_point_cents: NonNegativeInt
    expected_loss_cent: NonNegativeInt


class Burden(_Strict):
    """How strain is counted, in person-minutes."""

    patient_factor: PositiveInt
    connection_minutes: NonNegativeInt
    night_flight_minutes: NonNegativeInt
    night_away_minutes: NonNegativeInt


class MismatchPoints(_Strict):
    """Points by which a specialist falls short, by the languages shared."""

    shares_patient_language: NonNegativeInt
    shares_companion_language: NonNegativeInt
    needs_interpreter: NonNegativeInt


class Preferences(_Strict):
    """The planner's settings; durations carry their unit in the name."""

    format: str
    version: str
    source: str
    currency: str
    prices: Prices
    burden: Burden
    mismatch_points: MismatchPoints
    change_chance_percent: NonNegativeInt
    meals_per_person_day: str
    horizon_days: PositiveInt
    earliest_departure_hours: NonNegativeInt
    travel_days_before: PositiveInt
    travel_days_after: PositiveInt

    @field_validator("meals_per_person_day")
    @classmethod
    def _is_decimal_text(cls, text: str) -> str:
        Money.parse(text, "USD")
        return text

    @property
    def meals(self) -> Money:
        """Return the planned spending of a person on a day."""
        return Money.parse(self.meals_per_person_day, self.currency)


@lru_cache(maxsize=1)
def load_preferences() -> Preferences:
    """Return the settings shipped in ``seed_data/planning.yaml``."""
    text = resources.files("seed_data").joinpath("planning.yaml").read_text("utf-8")
    return Preferences.model_validate(yaml.safe_load(text))
