"""The policies that come with Sojourn and trips to try them with, whose people are invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Final

from sqlmodel import Session

from api.coverage.checking import check_policy_text, to_versions
from pricing.coverage.library import find_shipped_text, list_shipped
from pricing.policies import RevisionKey, SampleTrip, find_title
from pricing.repository.policies import add_policy, list_policies, put_in_force
from pricing.repository.sample_trips import keep_sample_trip

SAVED_BY: Final = "system"
"""Who has saved what came with Sojourn."""


@dataclass(frozen=True, slots=True)
class SamplePolicy:
    """A policy that comes with Sojourn: its text, and its trips' texts by their id."""

    policy_id: str
    text: str
    trips: dict[str, str]


def load_sample_policies() -> tuple[SamplePolicy, ...]:
    """Return them in order of their ids."""
    return tuple(
        SamplePolicy(policy_id, find_shipped_text(policy_id) or "", _trips(policy_id))
        for policy_id in list_shipped()
    )


def add_sample_policies(session: Session, organisation_id: str, *, now: datetime) -> int:
    """Put those in force that the organisation lacks, with their trips; return how many."""
    kept = {
        one.newest.key.policy_id
        for one in list_policies(session)
        if one.newest.key.organisation_id == organisation_id
    }
    missing = [one for one in load_sample_policies() if one.policy_id not in kept]
    for one in missing:
        _add(session, organisation_id, one, now)
    return len(missing)


def _trips(policy_id: str) -> dict[str, str]:
    folder = files("seed_data").joinpath("sample_trips", policy_id)
    if not folder.is_dir():
        return {}
    found = sorted(folder.iterdir(), key=lambda one: one.name)
    return {one.name.removesuffix(".yaml"): one.read_text("utf-8") for one in found}


def _add(session: Session, organisation_id: str, sample: SamplePolicy, now: datetime) -> None:
    add_policy(
        session,
        organisation_id=organisation_id,
        policy_id=sample.policy_id,
        title=find_title(sample.text) or sample.policy_id,
        text=sample.text,
        saved_by=SAVED_BY,
        now=now,
    )
    key = RevisionKey(organisation_id=organisation_id, policy_id=sample.policy_id, revision=1)
    versions = to_versions(check_policy_text(sample.text, sample.policy_id)["versions"])
    put_in_force(session, key, now=now, versions=versions)
    for trip_id, text in sample.trips.items():
        keep_sample_trip(
            session,
            SampleTrip(
                organisation_id=organisation_id,
                policy_id=sample.policy_id,
                trip_id=trip_id,
                text=text,
                saved_at=now,
                saved_by=SAVED_BY,
            ),
        )
