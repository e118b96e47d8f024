"""The itinerary: a frozen, numbered revision of an accepted plan on one timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from logistics.timing import require_utc, to_local
from scheduling.cost_split import CoverageDecision


class ItemKind(StrEnum):
    """What happens in an item."""

    FLIGHT = "flight"
    TRANSFER = "transfer"
    LODGING = "lodging"
    APPOINTMENT = "appointment"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class LocalInstant:
    """An instant (UTC) with the IANA zone of the place where it happens."""

    at: datetime
    zone: str

    def __post_init__(self) -> None:
        """Refuse naive instants."""
        require_utc(self.at, "at")

    @property
    def local(self) -> datetime:
        """Return the wall-clock time at the place."""
        return to_local(self.at, self.zone)


@dataclass(frozen=True, slots=True)
class Stop:
    """A place on the map: display name, postal address if known, decimal degrees.

    ``code`` is the IATA code of an airport, else empty.
    """

    name: str
    address: str
    latitude: float
    longitude: float
    code: str = ""


@dataclass(frozen=True, slots=True)
class ItineraryItem:
    """One thing that happens: ``key`` is stable across revisions of the same visit.

    ``origin`` is where it begins; ``destination`` is None for things that stay in place.
    ``travellers`` are names in the order of the case. ``details`` are label and text pairs such
    as ("Flight", "LX 014"), ("Cabin", "economy"). A lodging spans check-in to check-out.
    """

    key: str
    kind: ItemKind
    title: str
    travellers: tuple[str, ...]
    starts: LocalInstant
    ends: LocalInstant
    origin: Stop
    destination: Stop | None
    details: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        """Refuse an item that ends before it starts."""
        if self.ends.at < self.starts.at:
            raise ValueError(f"item {self.key} ends before it starts")

    @property
    def minutes(self) -> int:
        """Return how long it lasts in whole minutes."""
        return int((self.ends.at - self.starts.at).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to call for what; empty text where a way is not known."""

    role: str
    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class Itinerary:
    """Revision ``revision`` (1, 2, …) of a case's visit, frozen at ``accepted_at``.

    ``id`` is the same for all revisions; calendar UIDs are built from it and the items' keys.
    ``items`` are in order of start. ``home_zone`` is the patient's, ``clinic_zone`` the
    facility's. ``bring`` and ``notices`` are sentences for the traveller. ``digest`` is the
    SHA-256 of the plan's problem document.
    """

    id: str
    revision: int
    case_reference: str
    title: str
    patient: str
    companions: tuple[str, ...]
    facility_name: str
    service_level: str
    accepted_at: datetime
    home_zone: str
    clinic_zone: str
    plan_id: str
    proposal_name: str
    items: tuple[ItineraryItem, ...]
    coverage: CoverageDecision
    bring: tuple[str, ...]
    contacts: tuple[Contact, ...]
    notices: tuple[str, ...]
    is_sample: bool
    digest: str

    @property
    def starts(self) -> LocalInstant:
        """Return when the first item begins."""
        return self.items[0].starts

    @property
    def ends(self) -> LocalInstant:
        """Return when the last item ends."""
        return max((item.ends for item in self.items), key=lambda instant: instant.at)
