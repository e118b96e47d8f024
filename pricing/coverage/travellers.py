"""Who belongs to a policy's named sets of travellers on this trip."""

from __future__ import annotations

from itertools import islice

from pricing.coverage.documents.policy_document import CompanionEntry, TravellerSet
from pricing.coverage.place import Place, value_of
from pricing.coverage.scene import Scene
from pricing.expressions.tree import Expression

EVERYONE = "everyone"
PATIENT = "patient"


def members_of(scene: Scene, name: str) -> frozenset[str]:
    """Return the ids of those in ``everyone``, ``patient``, or one of the policy's own sets."""
    patient, *companions = scene.people.values()
    if name == EVERYONE:
        return frozenset(scene.people)
    if name == PATIENT:
        return frozenset({patient.id})
    described = scene.version.travellers[name]
    found = [patient.id] if described.patient else []
    entry = _entry_of(scene, name, described)
    if entry is not None:
        # Once the number is reached, nothing has to be known about the others.
        eligible = (
            one.id
            for one in companions
            if holds(entry.who, Place(scene=scene, rule=name, person=one))
        )
        found += islice(eligible, entry.at_most)
    return frozenset(found)


def holds(test: Expression | None, place: Place) -> bool:
    """Return whether a yes-or-no expression holds; one left out always does."""
    return test is None or value_of(test, place) is True


def _entry_of(scene: Scene, name: str, described: TravellerSet) -> CompanionEntry | None:
    """Return the first entry whose ``when`` holds."""
    for entry in described.companions:
        if holds(entry.when, Place(scene=scene, rule=name)):
            return entry
    return None
