"""Policy documents: the shipped ones are sound, broken ones are refused with the key at fault."""

from __future__ import annotations

from datetime import date
from importlib import resources

import pytest

from pricing.errors import InvalidPolicy, NoPolicyInForce
from pricing.money import Money
from pricing.service_levels.decision import LineKind
from pricing.service_levels.library import load_policies
from pricing.service_levels.policy import get_policy, parse_policy, require_no_overlap

PREMIUM = (
    resources.files("seed_data").joinpath("service_levels", "premium-2026.yaml").read_text("utf-8")
)


@pytest.mark.parametrize("level", ["standard", "premium", "vip"])
def test_every_service_level_has_a_policy_today(level: str) -> None:
    policy = get_policy(load_policies(), level=level, day=date(2026, 11, 21))

    assert policy.level == level
    assert "fictional" in policy.source


def test_the_standard_level_pays_no_travel() -> None:
    policy = get_policy(load_policies(), level="standard", day=date(2026, 11, 21))

    travel = [LineKind.AIR, LineKind.LODGING, LineKind.GROUND, LineKind.MEALS]
    assert [policy.caps[kind] for kind in travel] == [None] * 4


def test_a_day_before_the_first_version_has_no_policy() -> None:
    with pytest.raises(NoPolicyInForce, match="2025-12-31"):
        get_policy(load_policies(), level="vip", day=date(2025, 12, 31))


def test_amounts_are_read_as_whole_cents() -> None:
    policy = parse_policy(PREMIUM, "premium")

    assert policy.trip_cap == Money(6500_00, "USD")
    assert policy.caps[LineKind.LODGING] == Money(190_00, "USD")


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('air: "1100.00"', "air: 1100.00", "air: write the amount as text"),
        ('air: "1100.00"', 'air: "1100.001"', "air: .*USD has 2 decimals"),
        ('air: "1100.00"', 'air: "-5.00"', "air: must not be negative"),
        ('air: "1100.00"', 'aer: "1100.00"', "caps: air is missing"),
        ("currency: USD", "currency: XXX", "currency must be one of"),
        ("valid_to: null", "valid_to: 2025-01-01", "valid_to: period ends"),
        ("valid_from: 2026-01-01", "valid_from: soon", "must be dates"),
        ("companions_covered: 1", "companions_covered: yes", "whole number"),
        ("level: premium", "level: premium\nspare: 1", "spare is not a key"),
        ("level: premium", "", "level is missing"),
        ("level: premium", "level: [", "not readable as YAML"),
    ],
)
def test_a_faulty_document_is_refused_with_its_key(before: str, after: str, fault: str) -> None:
    with pytest.raises(InvalidPolicy, match=fault):
        parse_policy(PREMIUM.replace(before, after, 1), "premium")


def test_two_versions_in_force_on_one_day_are_refused() -> None:
    policy = parse_policy(PREMIUM, "premium")

    with pytest.raises(InvalidPolicy, match="overlaps"):
        require_no_overlap((policy, policy))
